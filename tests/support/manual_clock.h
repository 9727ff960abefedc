// A clock that goes only when told to.
#pragma once

#include <atomic>
#include <chrono>

#include "common/base/clock.h"

namespace yundisk::test {

// Thread-safe.
class ManualClock final : public Clock {
 public:
  WallTime Now() const override { return WallTime(std::chrono::milliseconds(now_ms_)); }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::milliseconds(now_ms_)); }
  void Advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
};

}  // namespace yundisk::test
