// Task<T>: a coroutine of the storage core. It runs on the loop it was started on, does not start
// before it is awaited, and is bound to that loop's thread for its whole life.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace yundisk::net {

template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace yundisk::net
