// Runs coroutines of a test to their end.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "common/net/stream.h"
#include "common/net/task.h"

namespace yundisk::tracker {

template <typename T>
net::Task<void> Store(net::Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

// Runs the tasks of a test one by one; an exception of theirs comes out.
inline void RunToEnd(net::Task<void> task) {
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
  context.run();
  future.get();
}

// Each sleep runs the next step of the test; after the last one Run is ended.
class ScriptedTimer final : public net::Timer {
 public:
  struct End {};
  net::Task<void> Sleep(std::chrono::nanoseconds) override {
    if (next == steps.size()) throw End();
    steps[next++]();
    co_return;
  }
  std::vector<std::function<void()>> steps;
  std::size_t next = 0;
};

}  // namespace yundisk::tracker
