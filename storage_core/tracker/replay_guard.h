// Remembers the nonces of packets, so that a packet that was recorded on its way has no second
// effect.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <set>

#include "common/base/clock.h"
#include "common/protocol/udp.h"

namespace yundisk::tracker {

// Bound to one loop.
class ReplayGuard {
 public:
  // Of each of two generations; more packets are refused until the next one begins.
  static constexpr std::size_t kMaxNonces = 100000;

  // Borrows the clock.
  explicit ReplayGuard(const Clock& clock) : clock_(&clock) {}

  // The packet's time is near ours.
  bool IsTimely(const wire::UdpHeader& header) const;
  // Timely, and seen for the first time.
  bool Admit(const wire::UdpHeader& header);

 private:
  // Two packets of one nonce are both timely only within twice the skew.
  static constexpr std::chrono::milliseconds kGeneration{2 * wire::kUdpClockSkewMs};

  const Clock* clock_;
  SteadyTime next_generation_{};
  using Nonces = std::set<std::array<std::byte, 16>>;
  Nonces current_;
  Nonces previous_;
};

}  // namespace yundisk::tracker
