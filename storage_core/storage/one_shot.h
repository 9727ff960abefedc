// OneShot<T>: one value handed from whoever has it to the one coroutine that waits for it, across
// threads.
//
// Set() once, Wait() once, in either order and from any threads. The waiter resumes on its own
// executor. Neither blocks. Must outlive both calls.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/check.h"
#include "common/base/guarded.h"

namespace yundisk::storage {

template <typename T>
class OneShot {
 public:
  boost::asio::awaitable<T> Wait() {
    const auto start = [this](auto handler) {
      const boost::asio::any_io_executor home = boost::asio::get_associated_executor(handler);
      Park({home, std::move(handler)});
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        start, boost::asio::use_awaitable);
  }

  void Set(T value) {
    std::optional<Waiter> waiter;
    {
      auto state = state_.Lock();
      CHECK(!state->value);
      if (!state->waiter) {
        state->value.emplace(std::move(value));
        return;
      }
      waiter.swap(state->waiter);
    }
    Deliver(std::move(*waiter), std::move(value));
  }

 private:
  struct Waiter {
    boost::asio::any_io_executor home;
    boost::asio::any_completion_handler<void(T)> handler;
  };
  struct State {
    std::optional<T> value;
    std::optional<Waiter> waiter;
  };

  void Park(Waiter waiter) {
    std::optional<T> value;
    {
      auto state = state_.Lock();
      if (!state->value) {
        state->waiter.emplace(std::move(waiter));
        return;
      }
      value.swap(state->value);
    }
    Deliver(std::move(waiter), std::move(*value));
  }

  static void Deliver(Waiter waiter, T value) {
    auto call = [handler = std::move(waiter.handler), value = std::move(value)]() mutable {
      std::move(handler)(std::move(value));
    };
    boost::asio::post(waiter.home, std::move(call));
  }

  Guarded<State> state_;
};

}  // namespace yundisk::storage
