#include "storage_core/storage/peer_table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace yundisk::storage {

void PeerTable::SetMembers(const std::vector<Member>& members) {
  const auto state = state_.Lock();
  std::map<std::string, Peer, std::less<>> peers;
  for (const Member& member : members) {
    if (member.name == rules_.self) {
      state->self_draining = member.draining;
      continue;
    }
    const auto known = state->peers.find(member.name);
    Peer peer = known == state->peers.end() ? Peer{} : std::move(known->second);
    peer.member = member;
    peers.emplace(member.name, std::move(peer));
  }
  state->peers = std::move(peers);
  state->known = true;
}

std::vector<Target> PeerTable::Others() const {
  const auto state = state_.Lock();
  std::vector<Target> others;
  for (const auto& [name, peer] : state->peers) others.push_back({peer.member, peer.life});
  return others;
}

std::vector<Target> PeerTable::WithinReach() const {
  const auto state = state_.Lock();
  std::vector<Target> targets;
  for (const auto& [name, peer] : state->peers)
    if (Answers(peer)) targets.push_back({peer.member, peer.life});
  return targets;
}

bool PeerTable::Answers(const std::string& name) const {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  return found != state->peers.end() && Answers(found->second);
}

bool PeerTable::NeedsAll() const {
  const auto state = state_.Lock();
  return rules_.min_replicas == 0 || rules_.min_replicas > state->peers.size();
}

bool PeerTable::IsFirst() const {
  const auto state = state_.Lock();
  return state->peers.empty() || rules_.self < state->peers.begin()->first;
}

bool PeerTable::Alone() const {
  const auto state = state_.Lock();
  return state->known && state->peers.empty();
}

std::optional<Target> PeerTable::Find(std::string_view name) const {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return std::nullopt;
  return Target{found->second.member, found->second.life};
}

Result<CopyPlan> PeerTable::Plan() const {
  const auto state = state_.Lock();
  CopyPlan plan;
  plan.self_counts = !state->self_draining;
  std::size_t members = plan.self_counts ? 1 : 0;
  std::size_t reachable = members;
  for (const auto& [name, peer] : state->peers) {
    const std::size_t counts = peer.member.draining ? 0 : 1;
    members += counts;
    if (!Answers(peer)) {
      plan.out_of_reach.push_back(name);
      continue;
    }
    reachable += counts;
    if (name < rules_.self) ++plan.before_self;
    plan.targets.push_back({peer.member, peer.life});
  }
  if (rules_.min_replicas == 0 && !state->known)
    return Error(Code::kUnavailable, "writing: the members of the group are not known yet");
  plan.all = rules_.min_replicas == 0 || rules_.min_replicas >= members;
  plan.required = rules_.min_replicas == 0 ? members : rules_.min_replicas;
  if (reachable < plan.required)
    return Error::Make(Code::kTooFewReplicas,
                       "writing: {} copies are asked for, but only {} of the group's members are "
                       "within reach",
                       plan.required, reachable);
  return plan;
}

bool PeerTable::InStep() const {
  const auto state = state_.Lock();
  if (!state->known) return false;
  const SteadyTime oldest = clock_->Steady() - kInStepFor;
  return std::ranges::all_of(state->peers, [&](const auto& row) {
    const Peer& peer = row.second;
    return peer.in_step && peer.heard && *peer.heard > oldest;
  });
}

void PeerTable::Heard(const std::string& name, SteadyTime sent, bool in_step) {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return;
  found->second.heard = sent;
  found->second.in_step = in_step;
}

void PeerTable::Reading(const std::string& name, const Lag& left) {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found != state->peers.end()) found->second.left = left;
}

Lag PeerTable::Behind() const {
  const auto state = state_.Lock();
  Lag farthest;
  for (const auto& [name, peer] : state->peers) {
    if (!Answers(peer)) continue;
    farthest.changes = std::max(farthest.changes, peer.left.changes);
    farthest.seconds = std::max(farthest.seconds, peer.left.seconds);
  }
  return farthest;
}

void PeerTable::Lost(const std::string& name) {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return;
  ++found->second.life;
  found->second.in_step = false;
}

bool PeerTable::Polled(const std::string& name, std::uint64_t incarnation, ChangePosition after,
                       ChangePosition end) {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return false;
  Peer& peer = found->second;
  if (!peer.polled || peer.incarnation != incarnation) {
    peer.behind = end;
    ++peer.life;
  }
  peer.polled = clock_->Steady();
  peer.incarnation = incarnation;
  peer.told_in_step = after >= peer.behind;
  peer.polls_until_left = peer.told_in_step ? 0 : std::max(peer.polls_until_left - 1, 0);
  return peer.told_in_step;
}

void PeerTable::Leave(const std::string& name, ChangePosition end) {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return;
  // The answer to the next poll tells it; the one after that shows that it has heard.
  constexpr int kPolls = 2;
  Peer& peer = found->second;
  peer.behind = std::max(peer.behind, end);
  // Once told it is told so until it has read that far: it needs no new proof for what comes later.
  if (peer.told_in_step) peer.polls_until_left = kPolls;
}

bool PeerTable::Left(const std::string& name) const {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  return found == state->peers.end() || found->second.polls_until_left == 0 ||
         SilentLong(found->second);
}

bool PeerTable::Gone(const std::string& name, std::uint64_t incarnation) const {
  const auto state = state_.Lock();
  const auto found = state->peers.find(name);
  if (found == state->peers.end()) return true;
  const Peer& peer = found->second;
  return SilentLong(peer) || (peer.polled && peer.incarnation != incarnation);
}

Statistics PeerTable::Describe() const {
  const SteadyTime now = clock_->Steady();
  Statistics lines;
  const auto state = state_.Lock();
  for (const auto& [name, peer] : state->peers) {
    const auto age =
        peer.heard
            ? std::chrono::duration_cast<std::chrono::milliseconds>(now - *peer.heard).count()
            : -1;
    lines.emplace_back("peer " + name, fmt::format("{} heard {} ms ago, {}", peer.member.address,
                                                   age, peer.in_step ? "in step" : "behind it"));
  }
  return lines;
}

bool PeerTable::Answers(const Peer& peer) const {
  return peer.heard && *peer.heard > clock_->Steady() - kInStepFor;
}

// Before its first poll a member counts from our start on: it may have heard our last life.
bool PeerTable::SilentLong(const Peer& peer) const {
  return peer.polled.value_or(since_) <= clock_->Steady() - kSilentAfter;
}

}  // namespace yundisk::storage
