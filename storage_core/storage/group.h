// Group: what this storage shares with the other members of its group: who they are, which uploads
// are under way, and how to reach them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/net/stream.h"
#include "common/protocol/peer_messages.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/hidden_keys.h"
#include "storage_core/storage/peer_connections.h"
#include "storage_core/storage/peer_table.h"
#include "storage_core/storage/release_queue.h"

namespace yundisk::storage {

struct GroupOptions {
  CopyRules rules;
  // How long an upload waits for members that break off while it is made.
  std::chrono::milliseconds copy_wait{10000};
  // A member brings at least so much to its disk; its answer to a large upload has longer.
  std::uint64_t min_sync_bytes_per_s = std::uint64_t{8} << 20;
  // How long a reader waits for an upload that is under way.
  std::chrono::milliseconds show_wait{1000};
  // Objects known to be elsewhere and not here; with more, the others' logs are read no further.
  std::size_t max_wanted = 100'000;
};

// Thread-safe.
class Group {
 public:
  // The connections of the loop that a coroutine runs on.
  using ConnectionsOf = std::function<PeerConnections&(const boost::asio::any_io_executor&)>;

  // Everything borrowed outlives the group. `incarnation`: another one than any before it.
  Group(ReplicaEngine& engine, GroupOptions options, ConnectionsOf connections, const Clock& clock,
        net::Timer& timer, std::uint64_t incarnation);

  ReplicaEngine& engine() { return engine_; }
  PeerTable& peers() { return peers_; }
  const PeerTable& peers() const { return peers_; }
  HiddenKeys& hidden() { return hidden_; }
  net::Timer& timer() { return timer_; }
  const Clock& clock() const { return clock_; }
  const GroupOptions& options() const { return options_; }
  PeerConnections& connections(const boost::asio::any_io_executor& executor) {
    return connections_(executor);
  }

  const wire::PeerName& self() const { return self_; }
  std::uint64_t NextUpload() { return ++uploads_; }
  Uploading UploadingHere(std::uint64_t number) const;

  // Whether that content may become an object under the key, which is hidden. The member that comes
  // first by name decides for all; while it has not caught up it asks the others. kExists,
  // kDeleted; kUnavailable when it cannot tell.
  Task<void> Agree(const ObjectKey& key, const Sha256& sha256);

  // Sends a content to the member as a copy.
  Task<void> SendCopy(PeerConnections& connections, Target target, const wire::Store& head,
                      ContentSource& content, const Sha256& sha256);
  // How much longer than usual a member's answer to an upload of that size may take.
  std::chrono::milliseconds PatienceFor(std::uint64_t size_bytes) const {
    return std::chrono::milliseconds(size_bytes * 1000 / options_.min_sync_bytes_per_s);
  }
  // Whether the member has that content under the key. kExists, kDeleted when it never will.
  Task<bool> HasCopy(PeerConnections& connections, const Target& target, const ObjectKey& key,
                     const Sha256& sha256);
  // Copies our object to the member.
  Task<void> Push(PeerConnections& connections, Target target, const ObjectKey& key,
                  std::uint64_t upload);
  // Brings the member's object here. kNotFound when it has none any more. Ends early when
  // `stopping`.
  Task<void> Pull(PeerConnections& connections, Target target, const ObjectKey& key,
                  const Sha256& sha256, const std::atomic<bool>& stopping);

  // Brings the object here from any member within reach, unless it is whole here or deleted, or
  // nobody has it. The last member's refusal when none gives it. `stopping` as for Pull.
  Task<void> Bring(PeerConnections& connections, const ObjectKey& key,
                   const std::atomic<bool>& stopping);
  // Objects that came here so, since the start.
  std::uint64_t brought() const { return brought_; }
  // What the member itself has under the key.
  static Task<wire::LookedUp> LookUpAt(PeerConnections& connections, const Target& target,
                                       const ObjectKey& key);

  ReleaseQueue& releases() { return releases_; }

  // The object's content here is damaged, or known to be elsewhere and not here: it will be
  // brought. False when too much is wanted already.
  bool WantSoon(const std::string& key);
  // Those that nobody has taken yet.
  std::vector<std::string> TakeWanted();
  std::vector<std::string> AllWanted() const;
  // Whether the key is known to exist and not here yet.
  bool Wanted(const std::string& key) const;
  // How far this member is behind those within reach, what it wants included.
  Lag Behind() const;
  void HaveNow(const std::string& key);

 private:
  struct Wishes {
    std::unordered_set<std::string> all;
    std::vector<std::string> fresh;
  };

  Task<void> BringFromAny(PeerConnections& connections, const ObjectKey& key,
                          const std::atomic<bool>& stopping);
  Task<void> BringFrom(PeerConnections& connections, const Target& target, const ObjectKey& key,
                       const std::atomic<bool>& stopping);
  Task<void> PullNow(PeerConnections& connections, Target target, const ObjectKey& key,
                     const Sha256& sha256, const std::atomic<bool>& stopping);

  ReplicaEngine& engine_;
  const GroupOptions options_;
  ConnectionsOf connections_;
  const Clock& clock_;
  net::Timer& timer_;
  wire::PeerName self_;
  PeerTable peers_;
  HiddenKeys hidden_;
  std::atomic<std::uint64_t> uploads_{0};
  Guarded<std::unordered_set<std::string>> pulling_;
  std::atomic<std::uint64_t> brought_{0};
  ReleaseQueue releases_;
  mutable Guarded<Wishes> wishes_;
};

wire::ObjectKey OnWire(const ObjectKey& key);
wire::CompactKey Compact(const ObjectKey& key);
ObjectKey FromWire(const wire::ObjectKey& key);
ObjectKey FromWire(const wire::CompactKey& key);

}  // namespace yundisk::storage
