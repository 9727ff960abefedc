// A function with a stack of its own, for code that blocks: it runs within the one thread of the
// scheduler and, where it would wait, lets the simulated time go on.
//
//   Fiber fiber([&] { cluster.Upload(key, content); });  // whose sockets call Await
//   fiber.Resume();
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "common/net/task.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  // It has ended by then.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // The fiber that this code runs on.
  static Fiber& Current();

  // Lets it run until it suspends itself or ends. Not from a fiber.
  void Resume();
  // From itself.
  void Suspend();

 private:
  static void Enter();

  std::function<void()> body_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t own_{};
  ucontext_t outside_{};
  bool ended_ = false;
  // For AddressSanitizer, which has to be told of stacks.
  void* fake_stack_ = nullptr;
  const void* outside_stack_ = nullptr;
  std::size_t outside_bytes_ = 0;
};

// Runs the task on the scheduler's thread and waits for it within the current fiber.
template <typename T>
T Await(Scheduler& scheduler, net::Task<T> task) {
  Fiber& fiber = Fiber::Current();
  std::optional<T> value;
  const auto run = [](net::Task<T> inner, std::optional<T>& out, Scheduler& on,
                      Fiber& waiting) -> net::Task<void> {
    out.emplace(co_await std::move(inner));
    boost::asio::post(on.executor(), [&waiting] { waiting.Resume(); });
  };
  boost::asio::co_spawn(scheduler.executor(), run(std::move(task), value, scheduler, fiber),
                        boost::asio::detached);
  fiber.Suspend();
  return *std::move(value);
}

// Waits for a time between nothing and `limit`.
void Pause(Scheduler& scheduler, std::chrono::nanoseconds limit);

}  // namespace yundisk::simulation
