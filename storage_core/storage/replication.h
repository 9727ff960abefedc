// Replication: the parts that make a storage a member of its group, put together for the daemon:
// the group, the connections of every loop, the watch on who the members are, and catching up.
//
// Made before the server starts, stopped after it has stopped. Belongs to the daemon's main thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/loop.h"
#include "common/net/tcp.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/known_services.h"
#include "storage_core/client/member_watch.h"
#include "storage_core/storage/catch_up.h"
#include "storage_core/storage/config.h"
#include "storage_core/storage/group.h"
#include "storage_core/storage/mender.h"

namespace yundisk::storage {

class Replication {
 public:
  struct Parts {
    ReplicaEngine& engine;
    FileSystem& files;  // must not block
    net::LoopPool& loops;
    const Clock& clock;
    Random& random;
    const client::KnownServices& services;
  };

  // All parts outlive this.
  Replication(const Parts& parts, const Config& config, const std::optional<wire::Secret>& secret);
  // The loops have been stopped.
  ~Replication();
  Replication(const Replication&) = delete;
  Replication& operator=(const Replication&) = delete;

  Group& group() { return *group_; }
  Mender& mender() { return *mender_; }
  // Before anything may change the engine. `read_all`: this storage has lost things it cannot name,
  // and its index, once it is flushed, will not tell the next process: that the others' logs are to
  // be read again must be on the disk before.
  Result<void> Load(bool read_all);
  // Begins to follow the other members.
  void Start();
  // Waits for what is under way here; uploads go on.
  void Stop();

 private:
  struct LoopConnections;

  LoopConnections& Connect(net::Loop& loop);
  Task<void> LoadPositions(bool read_all);
  void LearnMembers(const client::MemberList& members);

  Parts parts_;
  const std::optional<wire::Secret> secret_;
  net::LoopTimer timer_;
  std::unique_ptr<net::Loop> loop_;  // for following
  std::vector<std::unique_ptr<LoopConnections>> connections_;
  std::unique_ptr<Group> group_;
  PeerPositions positions_;
  std::unique_ptr<CatchUp> catch_up_;
  std::unique_ptr<Mender> mender_;
  net::TcpDialer dialer_;
  std::unique_ptr<client::MemberWatch> watch_;  // none for a storage that is alone
};

}  // namespace yundisk::storage
