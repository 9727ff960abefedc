// Holds the sender of a body to a minimum pace: a sender of one byte a second must not keep a
// connection, while one that we let wait (because the disk is slow) is not to blame.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/clock.h"
#include "common/net/server_options.h"

namespace yundisk::net {

// A value for one body.
class Pace {
 public:
  Pace() = default;
  explicit Pace(const Limits& limits)
      : stall_timeout_(limits.stall_timeout_s),
        allowance_(limits.header_timeout_s),
        min_bytes_per_s_(limits.min_bytes_per_s) {}

  // When a read that begins now must have brought something.
  SteadyTime Deadline(SteadyTime now) const;
  // A read brought `bytes` after a wait: each byte earns its share of a second for those to come.
  void Received(std::uint64_t bytes, std::chrono::nanoseconds waited);

 private:
  std::chrono::nanoseconds stall_timeout_{};
  std::chrono::nanoseconds allowance_{};  // what may still be waited in all
  std::uint64_t min_bytes_per_s_ = 1;
};

}  // namespace yundisk::net
