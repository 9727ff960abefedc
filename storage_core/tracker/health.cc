#include "storage_core/tracker/health.h"

#include <algorithm>

namespace yundisk::tracker {
namespace {

constexpr std::uint64_t kPercent = 100;

}  // namespace

Health::Slot Health::Tally::Sum(std::int64_t oldest) const {
  Slot sum{oldest, 0, 0};
  for (const Slot& slot : slots) {
    if (slot.number < oldest) continue;
    sum.good += slot.good;
    sum.bad += slot.bad;
  }
  return sum;
}

std::int64_t Health::SlotNow() const { return clock_->Steady().time_since_epoch() / kSlot; }

void Health::DropSilent(Clients& clients, std::int64_t oldest) {
  std::erase_if(clients, [oldest](const auto& client) {
    const Slot sum = client.second.Sum(oldest);
    return sum.good + sum.bad == 0;
  });
}

void Health::Report(const CallReport& report) {
  if (report.calls == 0) return;
  const std::int64_t now = SlotNow();
  Clients& clients = nodes_[report.node];
  if (clients.size() >= kMaxClients) DropSilent(clients, now - std::int64_t{kWindowSlots} + 1);
  if (clients.size() >= kMaxClients && !clients.contains(report.client)) return;
  Tally& tally = clients[report.client];
  Slot& slot = tally.slots[static_cast<std::size_t>(now) % kWindowSlots];
  if (slot.number != now) slot = {now, 0, 0};
  const bool good = report.outcome == wire::CallOutcome::kOk;
  (good ? slot.good : slot.bad) += report.calls;
  // A slow answer is one after all.
  if (report.outcome == wire::CallOutcome::kFailed)
    tally.errors_in_a_row += report.calls;
  else
    tally.errors_in_a_row = 0;
}

bool Health::IsBad(const NodeName& node) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return false;
  const std::int64_t oldest = SlotNow() - std::int64_t{kWindowSlots} + 1;
  DropSilent(found->second, oldest);
  std::uint64_t against = 0;
  double calls = 0;
  double bad = 0;
  for (const auto& [client, tally] : found->second) {
    if (tally.errors_in_a_row >= rules_.consecutive_errors) ++against;
    const Slot sum = tally.Sum(oldest);
    const auto total = static_cast<double>(sum.good + sum.bad);
    const double weight = std::min(total, static_cast<double>(rules_.min_calls)) / total;
    calls += weight * total;
    bad += weight * static_cast<double>(sum.bad);
  }
  if (2 * against > found->second.size()) return true;
  return calls >= rules_.min_calls && bad * kPercent > calls * rules_.error_percent;
}

}  // namespace yundisk::tracker
