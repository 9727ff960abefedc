// Where calls that block run (the database, the disk), so that the loops never do: on the threads
// of a pool, or, in the simulation, on its one thread.
//
//   const auto ask = [&] { return database.Query(...); };
//   CO_TRY(auto rows, co_await pool.Run(ask));
//
// A call that owns memory gets a name first: g++ 12 destroys a lambda that is made inside a
// co_await expression twice.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "common/net/task.h"

namespace yundisk::net {

class BlockingRunner {
 public:
  virtual ~BlockingRunner() = default;

  // Runs `call()` elsewhere and resumes the caller on its own loop with what it returned. Borrows
  // the call until then.
  template <typename Call>
  Task<std::invoke_result_t<const Call&>> Run(const Call& call) {
    if constexpr (std::is_void_v<std::invoke_result_t<const Call&>>)
      return RunCall(Borrow(call));
    else
      return RunForValue(call);
  }

 protected:
  // A borrowed callable: it lives in the frame of the coroutine that waits.
  struct BorrowedCall {
    const void* object;
    void (*invoke)(const void* object);

    void operator()() const { invoke(object); }
  };
  virtual Task<void> RunCall(BorrowedCall call) = 0;

 private:
  template <typename Call>
  static BorrowedCall Borrow(const Call& call) {
    return {&call, [](const void* object) { (*static_cast<const Call*>(object))(); }};
  }
  template <typename Call>
  Task<std::invoke_result_t<const Call&>> RunForValue(const Call& call) {
    std::optional<std::invoke_result_t<const Call&>> value;
    const auto keep = [&] { value.emplace(call()); };
    co_await RunCall(Borrow(keep));
    co_return *std::move(value);
  }
};

// Thread-safe. Calls wait in a queue while all threads are busy.
class BlockingPool final : public BlockingRunner {
 public:
  explicit BlockingPool(std::size_t threads) : pool_(threads) {}
  // Finishes what is queued.
  ~BlockingPool() override { pool_.join(); }
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Runs `call()` some time, for nobody who waits.
  template <typename Call>
  void Post(Call call) {
    boost::asio::post(pool_, std::move(call));
  }

 private:
  Task<void> RunCall(BorrowedCall call) override;

  boost::asio::thread_pool pool_;
};

}  // namespace yundisk::net
