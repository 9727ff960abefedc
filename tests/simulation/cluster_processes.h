// The daemons of a simulated cluster, each put together as its main does it, over the simulated
// network, disk and time, and over stand-ins for the tables of MariaDB.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/net/connection.h"
#include "storage_core/client/joiner.h"
#include "storage_core/client/member_watch.h"
#include "storage_core/id_server/service.h"
#include "storage_core/storage/catch_up.h"
#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "storage_core/storage/mender.h"
#include "storage_core/storage/replicated_engine.h"
#include "storage_core/storage/service.h"
#include "storage_core/tracker/prober.h"
#include "storage_core/tracker/udp_service.h"
#include "tests/simulation/database.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::simulation {

// The time of a machine whose clock was set wrong.
class MachineClock final : public Clock {
 public:
  explicit MachineClock(const Clock& world) : world_(world) {}
  WallTime Now() const override { return world_.Now() + jumped_; }
  SteadyTime Steady() const override { return world_.Steady(); }
  void Jump(std::chrono::seconds by) { jumped_ += by; }

 private:
  const Clock& world_;
  std::chrono::seconds jumped_{0};
};

// What all processes stand on; outlives them.
struct Ground {
  Scheduler& scheduler;
  SimulatedNetwork& network;
  SeededRandom& random;
  Database& database;
};

// A process ends at once, wherever it stands; what its coroutines borrow lives on until the world
// ends.
class Process {
 public:
  virtual ~Process() = default;
  void Kill(SimulatedNetwork::End end);
  bool dead() const { return !*life_; }

 protected:
  Process(const Ground& ground, const Clock& clock, std::string address);

  void Spawn(net::Task<void> task);
  // Serves the wire protocol on the address.
  void Serve(wire::Service service, net::Handler& handler);
  // What has to be told of the end.
  virtual void OnKill() {}

  const Ground ground_;
  const Clock& clock_;
  const std::string address_;
  const std::shared_ptr<bool> life_ = std::make_shared<bool>(true);
  SimulatedTimer timer_{ground_.scheduler, life_};  // ends with the process
  const std::unique_ptr<net::Dialer> dialer_;

 private:
  net::ServerOptions options_;
};

class TrackerProcess final : public Process {
 public:
  TrackerProcess(const Ground& ground, const Clock& clock, const std::string& address,
                 const std::vector<std::string>& peers);

 private:
  void OnKill() override { watches_.Close(); }
  net::Task<void> SweepForEver();
  net::Task<void> AnswerPacket(Bytes packet, std::string from);

  const std::function<void(net::Task<void>)> spawn_ = [this](net::Task<void> task) {
    Spawn(std::move(task));
  };
  tracker::Registry registry_;
  tracker::Members members_;
  tracker::Routes routes_;
  tracker::Watches watches_;
  tracker::Directory directory_;
  tracker::Choice choice_;
  tracker::Outages outages_;
  tracker::Prober prober_;
  tracker::Hints hints_;
  tracker::Service service_;
  tracker::UdpService udp_service_;
};

class IdServerProcess final : public Process {
 public:
  IdServerProcess(const Ground& ground, const Clock& clock, const std::string& address,
                  const id_server::AllocatorOptions& options);

 private:
  void Later(std::function<void()> work);

  id_server::Allocator allocator_;
  id_server::Service service_;
};

// What of a storage outlives its processes.
struct Machine {
  std::string group;
  std::string name;
  std::string address;
  MachineClock clock;
  SimulatedDisk disk{DiskBug::kNone};
  storage::MemoryIndexContent flushed{};
  client::MemberList members{};  // the file of that name
  std::uint64_t joined_at_s = 0;
};

struct StorageRules {
  std::size_t min_replicas = 0;
  std::vector<std::string> trackers;
};

client::JoinerOptions JoinAs(const Machine& machine);

class StorageProcess final : public Process {
 public:
  StorageProcess(const Ground& ground, Machine& machine, const StorageRules& rules);

  // Opens what is on the disk, and serves. The error: it does not start.
  storage::Task<void> Start();

  storage::LocalEngine& engine() { return *local_; }
  SteadyTime started() const { return started_; }
  bool serves() const { return service_ != nullptr && !dead(); }
  // As an operator may at any time.
  void BeginRepair() { mender_->Begin(); }
  // In step with so many others, all it should have.
  bool InStep(std::size_t others) const;
  // It is known to exist and not here yet.
  bool Wants(const storage::ObjectKey& key) const { return group_->Wanted(key.text()); }
  // No upload is under way or waits to be shown.
  bool ShowsAll() const { return group_->hidden().size() == 0; }

 private:
  void OnKill() override;
  void PutTogether();
  void Join();
  void Learn(const client::MemberList& members);

  Machine& machine_;
  const StorageRules& rules_;
  const SteadyTime started_ = clock_.Steady();
  SimulatedFileSystem files_;
  storage::MemoryIndex index_;
  SimulatedTimer undying_timer_{ground_.scheduler};
  storage::PeerConnections connections_;
  storage::PeerPositions positions_;
  std::unique_ptr<storage::LocalEngine> local_;
  std::unique_ptr<storage::Group> group_;
  std::unique_ptr<storage::CatchUp> catch_up_;
  std::unique_ptr<storage::Mender> mender_;
  std::unique_ptr<storage::ReplicatedEngine> replicated_;
  std::unique_ptr<storage::Service> service_;
  std::unique_ptr<client::Joiner> joiner_;
  std::unique_ptr<client::MemberWatch> watch_;
};

}  // namespace yundisk::simulation
