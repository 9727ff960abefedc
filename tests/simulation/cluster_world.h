// A group of storages, their network, their clients, and everything that can befall them, played
// from a seed.
//
// Clients upload, read and delete, now and then two of them the same key with different contents,
// while machines lose power, processes are killed, disks are emptied or rot, the network is cut and
// clocks jump. In the end all is repaired, and every member must have exactly what was promised.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage_core/storage/catch_up.h"
#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "storage_core/storage/replicated_engine.h"
#include "storage_core/storage/service.h"
#include "tests/simulation/model.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::simulation {

// Planted bugs of replication: the simulation has to find each.
enum class GroupBug {
  kNone,
  kAcknowledgeAlone,  // an upload is acknowledged with one copy
  kForgetTombstones,  // a deletion that a member missed is not caught up
  kSkipChanges,       // some changes are left out when catching up
  kAlwaysInStep,      // a member that was away takes itself for complete
  kIgnoreDamage,      // what is damaged is not brought anew
};

struct ClusterReport {
  std::string violation;  // empty: all was as it should be
  std::uint64_t operations = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t faults = 0;
  std::chrono::nanoseconds simulated{0};
};

// What may be answered about one key. Uploads whose outcome nobody was told may take effect at any
// later time.
class ClusterKey {
 public:
  void Trying(ContentId content) { may_come_.insert(content); }
  void TryingToDelete() { may_be_deleted_ = true; }
  // `failed`: empty when the operation succeeded; `since`: when it began. The answer is a misfit
  // told as a text; empty is fine.
  std::string Uploaded(ContentId content, const std::optional<Code>& failed, SteadyTime now);
  std::string Deleted(const std::optional<Code>& failed, SteadyTime since);
  // `strict`: while nothing is wrong anywhere a deletion is known to all.
  std::string Found(std::optional<ContentId> content, SteadyTime now, bool strict);
  std::string NotFound(SteadyTime since);

  bool certain() const { return content_ && !deleted_ && !may_be_deleted_; }
  bool deleted() const { return deleted_; }

 private:
  std::optional<ContentId> content_;
  SteadyTime certain_since_{};
  std::set<ContentId> may_come_;
  bool deleted_ = false;
  bool may_be_deleted_ = false;
};

class ClusterWorld {
 public:
  ClusterWorld(std::uint64_t seed, GroupBug bug);
  ~ClusterWorld();

  ClusterReport Play();

 private:
  struct Process;
  struct Machine;

  boost::asio::awaitable<void> Story();
  boost::asio::awaitable<void> Start(Machine& machine);
  void Kill(Machine& machine, bool power);
  boost::asio::awaitable<void> Upkeep(Process& process);
  boost::asio::awaitable<void> Nemesis();
  void Befall();
  boost::asio::awaitable<void> LoseDisk();
  boost::asio::awaitable<void> Restart(Machine& machine, std::chrono::milliseconds after);
  boost::asio::awaitable<void> Client(std::uint64_t number);
  boost::asio::awaitable<void> Upload(std::size_t key);
  boost::asio::awaitable<void> Read(std::size_t key);
  // True when it was there, or certainly not.
  boost::asio::awaitable<bool> ReadAt(std::string machine, std::size_t key);
  boost::asio::awaitable<void> Delete(std::size_t key);
  boost::asio::awaitable<void> Quiesce();
  boost::asio::awaitable<void> CheckAll();
  boost::asio::awaitable<void> Check(Machine& machine, std::size_t key);

  // For replaying a seed.
  void Tell(std::string_view what, std::size_t key, const std::string& machine,
            const Result<void>& outcome) const;
  ContentId ContentFor(std::size_t key);
  storage::Task<void> UploadTo(const std::string& machine, std::size_t key, ContentId content);
  storage::Task<Bytes> ReadFrom(const std::string& machine, std::size_t key);
  storage::Task<void> DeleteFrom(const std::string& machine, std::size_t key);
  // In the order a client tries them.
  std::vector<std::string> Shuffled();
  std::vector<storage::Member> Members() const;
  bool AllInStep() const;
  void Violation(const std::string& what);

  VirtualClock clock_;
  SeededRandom random_;
  Scheduler scheduler_{clock_, random_};
  SimulatedNetwork network_{scheduler_, clock_, random_};
  SimulatedTimer timer_{scheduler_};
  std::unique_ptr<net::Dialer> dialer_ = network_.DialerOf("client");
  GroupBug bug_;
  std::size_t min_replicas_ = 0;
  bool rots_ = false;  // bits rot in this world; in others disks are lost
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<Process>> gone_;  // their last coroutines may still run
  std::deque<ClusterKey> keys_;
  std::size_t clients_ = 0;
  ContentId next_content_ = 1;
  std::map<std::size_t, ContentId> contents_;  // of the keys, where each has one
  bool calm_ = false;
  bool over_ = false;
  ClusterReport report_;
};

}  // namespace yundisk::simulation
