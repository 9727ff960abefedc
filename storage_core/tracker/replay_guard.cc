#include "storage_core/tracker/replay_guard.h"

#include <utility>

namespace yundisk::tracker {

bool ReplayGuard::IsTimely(const wire::UdpHeader& header) const {
  const auto now = static_cast<std::uint64_t>(clock_->Now().time_since_epoch().count());
  const std::uint64_t off = now > header.time_ms ? now - header.time_ms : header.time_ms - now;
  return off <= wire::kUdpClockSkewMs;
}

bool ReplayGuard::Admit(const wire::UdpHeader& header) {
  if (!IsTimely(header)) return false;
  const SteadyTime now = clock_->Steady();
  if (now >= next_generation_) {
    previous_ = std::exchange(current_, {});
    next_generation_ = now + kGeneration;
  }
  if (current_.size() >= kMaxNonces || previous_.contains(header.nonce)) return false;
  return current_.insert(header.nonce).second;
}

}  // namespace yundisk::tracker
