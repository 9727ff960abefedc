// Threads for calls that block (the database, mostly), so that the loops never do.
//
//   const auto ask = [&] { return database.Query(...); };
//   CO_TRY(auto rows, co_await pool.Run(ask));
//
// The call gets a name first: g++ 12 destroys a lambda that is made inside a co_await expression
// twice.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/net/task.h"

namespace yundisk::net {

// Thread-safe. Calls wait in a queue while all threads are busy.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads) : pool_(threads) {}
  // Finishes what is queued.
  ~BlockingPool() { pool_.join(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `call()` on a thread of the pool and resumes the caller on its own loop with what it
  // returned.
  template <typename Call>
  Task<std::invoke_result_t<Call&>> Run(Call call) {
    using Value = std::invoke_result_t<Call&>;
    // In an optional, because co_spawn wants to make its result before there is one.
    const auto blocking = [&call]() -> Task<std::optional<Value>> { co_return call(); };
    std::optional<Value> value =
        co_await boost::asio::co_spawn(pool_, blocking, boost::asio::use_awaitable);
    co_return std::move(*value);
  }
  // Runs `call()` some time, for nobody who waits.
  template <typename Call>
  void Post(Call call) {
    boost::asio::post(pool_, std::move(call));
  }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace yundisk::net
