// Event loops: one thread and one io_context each, and a watchdog that ends streams whose deadline
// has passed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/net/task.h"
#include "common/net/watchdog.h"

namespace yundisk::net {

class Loop {
 public:
  // Starts the thread. `name` is what ps and top show, at most 15 characters.
  explicit Loop(const std::string& name);
  // Stops, and destroys the coroutines that were still suspended.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Ends the loop where it stands and joins its thread: nothing runs on it any more, so what its
  // coroutines borrow may die. The context lives on, for whoever still posts to it.
  void Stop();

  boost::asio::io_context& context() { return context_; }
  // Belongs to the loop's thread.
  Watchdog& watchdog() { return watchdog_; }

  // Runs `work` on the loop's thread, soon. Thread-safe.
  void Post(std::function<void()> work);
  // Starts a coroutine on the loop. Thread-safe. An exception that leaves it is logged.
  void Spawn(Task<void> task);

 private:
  void WatchDeadlines();

  Watchdog watchdog_;  // first: the coroutines that die with the context still need it
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweep_;
  std::thread thread_;
};

class LoopPool {
 public:
  // `count` 0: one for each core.
  explicit LoopPool(std::size_t count);

  void Stop();

  std::size_t size() const { return loops_.size(); }
  Loop& at(std::size_t index) { return *loops_.at(index); }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace yundisk::net
