// What this tracker tells its peers (command 17): a node joined, a node went silent, an operator
// changed the members. A hint only makes a peer look sooner: liveness is judged by beats to itself,
// membership by the table. So hints may be lost, and are whenever a peer cannot be reached.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/caller.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// Bound to the registry's loop.
class Hints final : public RegistryListener {
 public:
  // To connect, and for each answer.
  static constexpr std::chrono::milliseconds kTimeout{1000};
  // A peer that failed is left alone for so long.
  static constexpr std::chrono::milliseconds kPause{1000};
  // Hints that wait for a peer; more are lost.
  static constexpr std::size_t kMaxWaiting = 1000;

  struct Parts {
    Registry& registry;
    net::Dialer& dialer;
    const Clock& clock;
    Random& random;
    std::function<void(net::Task<void>)> spawn;  // starts a coroutine on the loop
  };
  // All of the parts are borrowed; registers itself with the registry. `peers`: "host:port".
  Hints(Parts parts, const std::vector<std::string>& peers, std::optional<wire::Secret> secret);

  // Tells these from now on, too.
  void AddPeers(const std::vector<std::string>& peers);
  // An operator's change of this node is in the table.
  void MembersChanged(const NodeName& name);
  void OnChange(const NodeName& name, RegistryChange change) override;

 private:
  struct Peer {
    std::string address;
    std::deque<wire::Hint> waiting{};
    bool sending = false;
    SteadyTime leave_alone_until{};
    std::unique_ptr<net::Stream> stream{};  // to it, while it works
    std::optional<net::Caller> caller{};
  };

  void Tell(wire::HintKind kind, const NodeName& name);
  // Until nothing waits.
  net::Task<void> SendAll(Peer& peer);
  net::Task<Result<void>> Send(Peer& peer, const wire::Hint& hint);
  net::Task<Result<void>> Connect(Peer& peer);

  const Parts parts_;
  const std::optional<wire::Secret> secret_;
  std::deque<Peer> peers_;  // coroutines hold on to them
};

}  // namespace yundisk::tracker
