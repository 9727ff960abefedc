#include "common/net/pace.h"

#include <algorithm>

namespace yundisk::net {

SteadyTime Pace::Deadline(SteadyTime now) const {
  return now + std::clamp(allowance_, std::chrono::nanoseconds(0), stall_timeout_);
}

void Pace::Received(std::uint64_t bytes, std::chrono::nanoseconds waited) {
  const double earned_s = static_cast<double>(bytes) / static_cast<double>(min_bytes_per_s_);
  allowance_ -= waited;
  allowance_ +=
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(earned_s));
}

}  // namespace yundisk::net
