// Task<T>: what every operation of the storage engine is: a coroutine that ends in a Result<T>.
//
// References passed to a task must stay valid until it ends; callers await it at once.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "common/base/result.h"

namespace yundisk::storage {

template <typename T>
using Task = boost::asio::awaitable<Result<T>>;

}  // namespace yundisk::storage
