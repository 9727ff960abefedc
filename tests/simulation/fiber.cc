#include "tests/simulation/fiber.h"

#include "common/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace yundisk::simulation {
namespace {

constexpr std::size_t kStackBytes = std::size_t{512} << 10;

// The one that runs now.
Fiber*& Running() {
  static Fiber* running = nullptr;
  return running;
}

// Before a switch to another stack, and behind it.
void Leave([[maybe_unused]] void** fake_stack, [[maybe_unused]] const void* bottom,
           [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
#endif
}
void Arrive([[maybe_unused]] void* fake_stack, [[maybe_unused]] const void** bottom,
            [[maybe_unused]] std::size_t* bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack, bottom, bytes);
#endif
}

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)), stack_(std::make_unique_for_overwrite<std::byte[]>(kStackBytes)) {
  CHECK(::getcontext(&own_) == 0);
  own_.uc_stack.ss_sp = stack_.get();
  own_.uc_stack.ss_size = kStackBytes;
  own_.uc_link = nullptr;
  ::makecontext(&own_, &Fiber::Enter, 0);
}

Fiber::~Fiber() { CHECK(ended_); }

Fiber& Fiber::Current() {
  CHECK(Running() != nullptr);
  return *Running();
}

void Fiber::Resume() {
  CHECK(Running() == nullptr && !ended_);
  Running() = this;
  void* fake_stack = nullptr;
  Leave(&fake_stack, stack_.get(), kStackBytes);
  CHECK(::swapcontext(&outside_, &own_) == 0);
  Arrive(fake_stack, nullptr, nullptr);
}

void Fiber::Suspend() {
  Running() = nullptr;
  // What ends does not come back: its stack's shadow goes.
  Leave(ended_ ? nullptr : &fake_stack_, outside_stack_, outside_bytes_);
  CHECK(::swapcontext(&own_, &outside_) == 0);
  Arrive(fake_stack_, &outside_stack_, &outside_bytes_);
}

void Fiber::Enter() {
  Fiber& fiber = Current();
  Arrive(nullptr, &fiber.outside_stack_, &fiber.outside_bytes_);
  fiber.body_();
  fiber.ended_ = true;
  fiber.Suspend();
}

void Pause(Scheduler& scheduler, std::chrono::nanoseconds limit) {
  const auto wait = [](Scheduler& on, std::chrono::nanoseconds time) -> net::Task<bool> {
    co_await on.Delay(time);
    co_return true;
  };
  static_cast<void>(Await(scheduler, wait(scheduler, limit)));
}

}  // namespace yundisk::simulation
