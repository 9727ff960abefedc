#include "common/net/blocking_pool.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace yundisk::net {

Task<void> BlockingPool::RunCall(BorrowedCall call) {
  const auto start = [this, call](auto handler) {
    boost::asio::post(pool_, [call, handler = std::move(handler)]() mutable {
      call();
      const auto home = boost::asio::get_associated_executor(handler);
      boost::asio::post(home, std::move(handler));
    });
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      start, boost::asio::use_awaitable);
}

}  // namespace yundisk::net
