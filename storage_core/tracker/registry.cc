#include "storage_core/tracker/registry.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "common/protocol/address.h"

namespace yundisk::tracker {
namespace {

std::string_view StateText(NodeState state) {
  switch (state) {
    case NodeState::kOffline: return "OFFLINE";
    case NodeState::kOnline: return "ONLINE";
    case NodeState::kActive: return "ACTIVE";
  }
  return "";
}

std::uint64_t MillisecondsSince1970(const Clock& clock) {
  return static_cast<std::uint64_t>(clock.Now().time_since_epoch().count());
}

}  // namespace

Registry::Registry(RegistryOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(&clock),
      first_version_(MillisecondsSince1970(clock)),
      version_(first_version_) {}

void Registry::TakeTable(const std::vector<Member>& members, const std::set<NodeName>& unsaved) {
  std::set<NodeName> known = unsaved;
  std::map<NodeName, std::uint64_t> removed;
  for (const Member& member : members) {
    if (member.standing == Standing::kRemoved) {
      removed[member.name] = member.started_at_s;
    } else {
      known.insert(member.name);
      TakeMember(member);
    }
  }
  removed_ = std::move(removed);
  std::vector<NodeName> gone;
  for (const auto& [name, node] : nodes_)
    if (!known.contains(name)) gone.push_back(name);
  for (const NodeName& name : gone) Forget(name);
}

void Registry::TakeMember(const Member& member) {
  if (nodes_.size() >= kMaxNodes && !nodes_.contains(member.name)) return;
  const auto [place, added] = nodes_.try_emplace(member.name);
  Node& node = place->second;
  const bool draining = member.standing == Standing::kDraining;
  // Where a node lives that has joined here, it said itself.
  const bool moved = node.version.empty() && node.address != member.address;
  if (moved) node.address = member.address;
  if (member.joined_at_s != 0) node.join_time_s = member.joined_at_s;
  if (added || moved || node.draining != draining) {
    node.draining = draining;
    Changed(member.name, RegistryChange::kMembership);
  }
}

void Registry::SetStanding(const NodeName& name, Standing standing) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  if (standing == Standing::kRemoved) {
    removed_[name] = found->second.start_time_s;
    Forget(name);
  } else if (found->second.draining != (standing == Standing::kDraining)) {
    found->second.draining = standing == Standing::kDraining;
    Changed(name, RegistryChange::kMembership);
  }
}

void Registry::Forget(const NodeName& name) {
  LogInfo("storage {}/{} is no member any more", name.group, name.host);
  nodes_.erase(name);
  Changed(name, RegistryChange::kMembership);
}

Result<Member> Registry::Join(const wire::Join& join, std::string_view peer_ip) {
  const NodeName name{join.group.str(), join.host_name.str()};
  if (join.port == 0)
    return Error::Make(Code::kBadRequest, "join {}/{}: port 0", name.group, name.host);
  if (join.start_time_s > kMaxTimeS || join.join_time_s > kMaxTimeS)
    return Error::Make(Code::kBadRequest, "join {}/{}: {} or {} is no time", name.group, name.host,
                       join.start_time_s, join.join_time_s);
  const auto found = nodes_.find(name);
  if (found == nodes_.end() && nodes_.size() >= kMaxNodes)
    return Error::Make(Code::kNoSpace, "join {}/{}: there are {} storages already", name.group,
                       name.host, kMaxNodes);
  if (const auto removed = removed_.find(name);
      removed != removed_.end() && join.start_time_s <= removed->second)
    return Error::Make(Code::kExists,
                       "join {}/{}: an operator has removed this storage; start it again to join",
                       name.group, name.host);
  if (found != nodes_.end() && found->second.state != NodeState::kOffline &&
      found->second.start_time_s > join.start_time_s)
    return Error::Make(Code::kExists, "join {}/{}: a process started later, at {}, has this name",
                       name.group, name.host, found->second.address);

  removed_.erase(name);
  Node& node = nodes_[name];
  node.version = join.version.str();
  node.address = AddressOf(name, peer_ip, join.port);
  node.peer_ip = peer_ip;
  node.start_time_s = join.start_time_s;
  node.out = false;
  if (join.join_time_s != 0) node.join_time_s = join.join_time_s;
  if (node.join_time_s == 0) node.join_time_s = SecondsSince1970(clock_->Now());
  node.last_sign = clock_->Steady();
  node.statistics.reset();
  SetState(name, node, NodeState::kOnline);
  Changed(name, RegistryChange::kJoined);
  return Member{name, node.address, node.join_time_s, node.start_time_s};
}

Result<void> Registry::Beat(const wire::HeartBeat& beat, std::string_view peer_ip) {
  const NodeName name{beat.group.str(), beat.host_name.str()};
  const auto found = nodes_.find(name);
  // A beat from elsewhere is that of a process whose name another one has taken.
  if (found == nodes_.end() || found->second.version.empty() || found->second.peer_ip != peer_ip)
    return Error::Make(Code::kUnknownNode, "heart-beat {}/{}: join first", name.group, name.host);
  Node& node = found->second;
  node.last_sign = clock_->Steady();
  node.beat_time_s = SecondsSince1970(clock_->Now());
  node.statistics = beat.statistics;
  SetState(name, node, NodeState::kActive);
  return {};
}

void Registry::SetOut(const NodeName& name, bool out) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end() || found->second.out == out) return;
  found->second.out = out;
  LogInfo("storage {}/{} is {} clients", name.group, name.host,
          out ? "no longer offered to" : "offered again to");
  Changed(name, RegistryChange::kOffered);
}

void Registry::Doubt(const NodeName& name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  if (found->second.last_sign <= clock_->Steady() - options_.beat_timeout / 2)
    SetState(name, found->second, NodeState::kOffline);
}

void Registry::HeardOf(const Member& member) {
  const auto found = nodes_.find(member.name);
  if (found == nodes_.end()) return;
  Node& node = found->second;
  if (node.state != NodeState::kOffline || node.start_time_s >= member.started_at_s ||
      node.address == member.address || member.address.empty())
    return;
  node.address = member.address;
  Changed(member.name, RegistryChange::kMembership);
}

void Registry::Sweep() {
  const SteadyTime silent_since = clock_->Steady() - options_.beat_timeout;
  for (auto& [name, node] : nodes_)
    if (node.last_sign <= silent_since) SetState(name, node, NodeState::kOffline);
}

std::map<std::string, GroupHealth, std::less<>> Registry::Groups() const {
  std::map<std::string, GroupHealth, std::less<>> groups;
  for (const auto& [name, node] : nodes_) {
    GroupHealth& group = groups[name.group];
    ++group.storages;
    if (node.state == NodeState::kActive) ++group.active;
  }
  return groups;
}

void Registry::SetState(const NodeName& name, Node& node, NodeState state) {
  if (node.state == state) return;
  node.state = state;
  LogInfo("storage {}/{} at {} is {}", name.group, name.host, node.address, StateText(state));
  Changed(name, RegistryChange::kState);
}

std::uint64_t Registry::VersionOf(std::string_view group) const {
  if (group.empty()) return version_;
  const auto found = group_versions_.find(group);
  return found == group_versions_.end() ? first_version_ : found->second;
}

void Registry::Changed(const NodeName& name, RegistryChange change) {
  version_ = std::max(version_ + 1, MillisecondsSince1970(*clock_));
  group_versions_[name.group] = version_;
  for (RegistryListener* listener : listeners_) listener->OnChange(name, change);
}

std::string Registry::AddressOf(const NodeName& name, std::string_view peer_ip,
                                std::uint16_t port) const {
  const auto told = options_.addresses.find(name);
  if (told != options_.addresses.end()) return told->second;
  return wire::ToString({std::string(peer_ip), port});
}

Result<std::map<NodeName, std::string>> ParseAddressTable(const std::vector<std::string>& lines) {
  std::map<NodeName, std::string> table;
  for (const std::string& line : lines) {
    const std::size_t equals = line.rfind('=');
    const std::size_t slash = line.find('/');
    if (equals == line.npos || slash == line.npos || slash > equals)
      return Error::Make(Code::kBadRequest, "tracker.addresses: '{}' is not group/host=ip:port",
                         line);
    TRY(const wire::HostPort address, wire::ParseHostPort(line.substr(equals + 1)));
    if (wire::ToString(address).size() > kMaxAddressBytes)
      return Error::Make(Code::kBadRequest, "tracker.addresses: '{}' has more than {} bytes",
                         line.substr(equals + 1), kMaxAddressBytes);
    table[{line.substr(0, slash), line.substr(slash + 1, equals - slash - 1)}] =
        wire::ToString(address);
  }
  return table;
}

}  // namespace yundisk::tracker
