// Which storages there are and which of them live, judged by their joins and beats alone.
//
//            join             beat
//   OFFLINE ------> ONLINE --------> ACTIVE
//      ^              | silent         | silent for beat_timeout
//      +--------------+----------------+
//
// A beat brings a node back from OFFLINE too, as long as it has joined this tracker.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/protocol/messages.h"
#include "storage_core/tracker/node.h"

namespace yundisk::tracker {

// What the table of members holds of an address ("[2001:db8::7]:23000") and of a time.
inline constexpr std::size_t kMaxAddressBytes = 64;
inline constexpr std::uint64_t kMaxTimeS = std::numeric_limits<std::int64_t>::max();

struct RegistryOptions {
  std::chrono::milliseconds beat_timeout{3000};
  std::map<NodeName, std::string> addresses;  // told instead of where a node joined from
};

// A recorded member: a storage that joined some time.
struct Member {
  NodeName name;
  std::string address;
  std::uint64_t joined_at_s = 0;
  std::uint64_t started_at_s = 0;  // the process that joined last
  Standing standing = Standing::kActive;
};

// How many storages a group has and how many of them are ACTIVE.
struct GroupHealth {
  std::size_t storages = 0;
  std::size_t active = 0;
};

enum class RegistryChange : std::uint8_t {
  kJoined,      // a node joined here: new, started again, or at another address
  kState,       // it came or went
  kMembership,  // what the table of members says of it
  kOffered,     // whether clients are offered it
};

// Told of every change that watchers (command 15) are told of, right after it.
class RegistryListener {
 public:
  virtual ~RegistryListener() = default;
  // Must not change the registry.
  virtual void OnChange(const NodeName& name, RegistryChange change) = 0;
};

// Bound to one loop.
class Registry {
 public:
  // Nodes that join are not forgotten by themselves, so a peer gone mad must not make up more than
  // this.
  static constexpr std::size_t kMaxNodes = 10000;

  Registry(RegistryOptions options, const Clock& clock);

  // Borrows the listener for good.
  void AddListener(RegistryListener& listener) { listeners_.push_back(&listener); }

  // Takes over what the table of members says. A member that has not joined this tracker yet is
  // OFFLINE. A node that the table does not have any more, and that is not `unsaved`, is forgotten.
  void TakeTable(const std::vector<Member>& members, const std::set<NodeName>& unsaved);
  // Takes over what an operator says of a node, if it is known.
  void SetStanding(const NodeName& name, Standing standing);

  // `peer_ip`: where the connection comes from. The newest start time wins: while a node lives, an
  // earlier process of its name is refused with kExists. So is the process that was removed.
  Result<Member> Join(const wire::Join& join, std::string_view peer_ip);
  // kUnknownNode when the node has to join first.
  Result<void> Beat(const wire::HeartBeat& beat, std::string_view peer_ip);

  // Whether clients are offered the node, if it is known.
  void SetOut(const NodeName& name, bool out);
  // A peer has heard nothing of the node: if we have not either for half the time, it is OFFLINE.
  void Doubt(const NodeName& name);
  // A peer was joined by the node. Liveness stays our own judgement; where a node lives that we
  // know is taken over while it is OFFLINE here.
  void HeardOf(const Member& member);

  // Turns silent nodes OFFLINE. Call it often; every answer below is as fresh as the last call.
  void Sweep();

  const std::map<NodeName, Node>& nodes() const { return nodes_; }
  // By an operator, with the start times of those who may not come back.
  const std::map<NodeName, std::uint64_t>& removed() const { return removed_; }
  // In order of their names.
  std::map<std::string, GroupHealth, std::less<>> Groups() const;

  // Another number after each change of the group (empty: of any), statistics excepted. Numbers go
  // up and begin at the wall clock's milliseconds, so they do not come again after a restart; never
  // 0.
  std::uint64_t VersionOf(std::string_view group) const;

 private:
  void TakeMember(const Member& member);
  void Forget(const NodeName& name);
  void Changed(const NodeName& name, RegistryChange change);
  void SetState(const NodeName& name, Node& node, NodeState state);
  std::string AddressOf(const NodeName& name, std::string_view peer_ip, std::uint16_t port) const;

  const RegistryOptions options_;
  const Clock* clock_;
  std::map<NodeName, Node> nodes_;
  std::map<NodeName, std::uint64_t> removed_;
  std::vector<RegistryListener*> listeners_;
  const std::uint64_t first_version_;
  std::uint64_t version_;
  std::map<std::string, std::uint64_t, std::less<>> group_versions_;  // of groups that changed
};

// The lines "group/host=ip:port" of the configuration.
Result<std::map<NodeName, std::string>> ParseAddressTable(const std::vector<std::string>& lines);

}  // namespace yundisk::tracker
