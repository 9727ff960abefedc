#include "storage_core/tracker/outages.h"

#include <algorithm>

namespace yundisk::tracker {
namespace {

bool IsOffered(const Node& node) {
  return node.state == NodeState::kActive && !node.draining && !node.out;
}

const NodeName* NameOf(const Registry& registry, std::string_view group, std::string_view address) {
  const auto& nodes = registry.nodes();
  for (auto place = nodes.lower_bound({std::string(group), ""});
       place != nodes.end() && place->first.group == group; ++place)
    if (place->second.address == address) return &place->first;
  return nullptr;
}

}  // namespace

void Outages::Report(const Calls& calls) {
  const NodeName* name = NameOf(*registry_, calls.group, calls.address);
  if (name == nullptr) return;
  health_.Report({*name, std::string(calls.client), calls.outcome, calls.count});
  if (calls.outcome == wire::CallOutcome::kOk || registry_->nodes().at(*name).out) return;
  if (MayGo(*name) && health_.IsBad(*name)) TakeOut(*name);
}

void Outages::OnChange(const NodeName& name, RegistryChange change) {
  if (change != RegistryChange::kMembership || registry_->nodes().contains(name)) return;
  health_.Forget(name);
  outages_.erase(name);
}

bool Outages::MayGo(const NodeName& name) const {
  const auto& nodes = registry_->nodes();
  for (auto place = nodes.lower_bound({name.group, ""});
       place != nodes.end() && place->first.group == name.group; ++place)
    if (place->first != name && IsOffered(place->second)) return true;
  return false;
}

void Outages::TakeOut(const NodeName& name) {
  const SteadyTime now = clock_->Steady();
  Outage& outage = outages_[name];
  const bool again = outage.pause > std::chrono::seconds(0) &&
                     now < outage.back_since + std::chrono::nanoseconds(kLongestPause);
  outage.pause = again ? std::min(2 * outage.pause, kLongestPause) : kFirstPause;
  outage.out = true;
  outage.next_probe = now + outage.pause;
  registry_->SetOut(name, true);
}

std::vector<Outages::Probe> Outages::Due() {
  std::vector<Probe> due;
  const SteadyTime now = clock_->Steady();
  for (auto place = outages_.begin(); place != outages_.end();) {
    auto& [name, outage] = *place;
    const Node& node = registry_->nodes().at(name);
    // It was started again, which offers it again.
    if (outage.out && !node.out && !outage.probing) {
      place = outages_.erase(place);
      continue;
    }
    if (outage.out && !outage.probing && outage.next_probe <= now) {
      outage.probing = true;
      due.push_back({name, node.address});
    }
    ++place;
  }
  return due;
}

void Outages::Probed(const NodeName& name, bool well) {
  const auto found = outages_.find(name);
  if (found == outages_.end()) return;
  Outage& outage = found->second;
  outage.probing = false;
  if (well) {
    outage.out = false;
    outage.back_since = clock_->Steady();
    health_.Forget(name);
    registry_->SetOut(name, false);
  } else {
    outage.pause = std::min(2 * outage.pause, kLongestPause);
    outage.next_probe = clock_->Steady() + outage.pause;
  }
}

}  // namespace yundisk::tracker
