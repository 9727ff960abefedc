#include "storage_core/tracker/hints.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace yundisk::tracker {

Hints::Hints(Parts parts, const std::vector<std::string>& peers, std::optional<wire::Secret> secret)
    : parts_(std::move(parts)), secret_(secret) {
  AddPeers(peers);
  parts_.registry.AddListener(*this);
}

void Hints::AddPeers(const std::vector<std::string>& peers) {
  for (const std::string& peer : peers)
    if (std::ranges::find(peers_, peer, &Peer::address) == peers_.end())
      peers_.push_back(Peer{peer});
}

void Hints::OnChange(const NodeName& name, RegistryChange change) {
  if (change == RegistryChange::kJoined) Tell(wire::HintKind::kJoined, name);
  if (change != RegistryChange::kState) return;
  if (parts_.registry.nodes().at(name).state == NodeState::kOffline)
    Tell(wire::HintKind::kOffline, name);
}

void Hints::MembersChanged(const NodeName& name) { Tell(wire::HintKind::kMembers, name); }

void Hints::Tell(wire::HintKind kind, const NodeName& name) {
  if (peers_.empty()) return;
  wire::Hint hint{static_cast<std::uint8_t>(kind),
                  wire::TextZ<16>::Unchecked(name.group),
                  wire::TextZ<128>::Unchecked(name.host),
                  {},
                  0};
  const auto node = parts_.registry.nodes().find(name);
  if (node != parts_.registry.nodes().end()) {
    hint.start_time_s = node->second.start_time_s;
    // A host name that is too long for the field says nothing.
    if (const auto address = wire::OptionalTextZ<64>::From(node->second.address))
      hint.address = *address;
  }
  for (Peer& peer : peers_) {
    if (peer.waiting.size() >= kMaxWaiting || parts_.clock.Steady() < peer.leave_alone_until)
      continue;
    peer.waiting.push_back(hint);
    if (!std::exchange(peer.sending, true)) parts_.spawn(SendAll(peer));
  }
}

net::Task<void> Hints::SendAll(Peer& peer) {
  while (!peer.waiting.empty()) {
    const wire::Hint hint = peer.waiting.front();
    peer.waiting.pop_front();
    const bool kept = peer.caller.has_value();
    Result<void> sent = co_await Send(peer, hint);
    // A kept connection may be one to a process that has ended since.
    if (!sent && kept) sent = co_await Send(peer, hint);
    if (sent) continue;
    LogInfo("hint to tracker {}: {}", peer.address, sent.error().message());
    peer.waiting.clear();
    peer.leave_alone_until = parts_.clock.Steady() + kPause;
  }
  peer.sending = false;
}

net::Task<Result<void>> Hints::Send(Peer& peer, const wire::Hint& hint) {
  if (!peer.caller) CO_TRY_VOID(co_await Connect(peer));
  const auto answered = co_await peer.caller->Call(hint);
  const bool broken = peer.caller->broken();
  if (broken) {
    peer.caller.reset();
    peer.stream.reset();
  }
  // What the peer makes of it is its own business.
  if (!answered && broken) co_return answered.error();
  co_return Result<void>();
}

net::Task<Result<void>> Hints::Connect(Peer& peer) {
  CO_TRY(peer.stream, co_await parts_.dialer.Connect(peer.address, kTimeout));
  net::Caller caller(*peer.stream, wire::Service::kTracker, parts_.clock, kTimeout);
  if (secret_) CO_TRY_VOID(co_await caller.Authenticate(*secret_, parts_.random));
  peer.caller.emplace(std::move(caller));
  co_return Result<void>();
}

}  // namespace yundisk::tracker
