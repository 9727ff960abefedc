// The whole storage core in one process, played from a seed: groups of storages, trackers, ID
// servers, the tables they share, the client of the endpoints, and everything that can befall them.
//
// Clients draw ids, place, upload, read, resume and delete, now and then two of them the same key
// with different contents, while processes are killed, machines lose power, disks fill up, fail,
// rot or are lost, the network is cut, slow and lossy, the database is away and clocks jump. In the
// end all is repaired: everything must come to rest, and every member of every group must have
// exactly what was promised.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage_core/client/cluster.h"
#include "tests/simulation/blocking_network.h"
#include "tests/simulation/cluster_key.h"
#include "tests/simulation/cluster_processes.h"
#include "tests/simulation/fiber.h"
#include "tests/simulation/world.h"

namespace yundisk::simulation {

class ClusterWorld : World {
 public:
  explicit ClusterWorld(const WorldOptions& options);
  ~ClusterWorld();

  WorldReport Play();

 private:
  struct Storage {
    Machine machine;
    std::size_t others = 0;  // members of its group
    std::unique_ptr<StorageProcess> process{};
    bool failing = false;  // its disk lies until the power was cut
  };
  // A tracker or an ID server.
  struct Daemon {
    std::string address;
    bool tracker = false;
    MachineClock clock;
    std::unique_ptr<Process> process{};
  };
  struct File {
    client::ObjectKey key;
    ClusterKey model{};
    std::optional<ContentId> content{};  // where it may have one only
  };
  struct Endpoint;

  // cluster_world.cc: how it begins and ends.
  boost::asio::awaitable<void> Story();
  void Build();
  void AddStorage(std::size_t group, std::size_t number, std::size_t members);
  void StartDaemon(Daemon& daemon);
  boost::asio::awaitable<void> Start(Storage& storage);
  boost::asio::awaitable<void> Upkeep(StorageProcess& process);
  boost::asio::awaitable<void> Quiesce();
  boost::asio::awaitable<void> AwaitRest(std::string_view when);
  // What is not as it should be when nothing is wrong; empty: all is.
  std::string Unrest();
  // What is known to exist and not there yet; null: nothing.
  const File* LackingAt(const Storage& storage) const;
  // In step with all of its group, and lacking nothing.
  bool HasAll(const Storage& storage) const;
  boost::asio::awaitable<void> CheckAll();
  void CheckByClient(Endpoint& endpoint);
  void Play(Endpoint& endpoint, const std::function<void(Endpoint&)>& part);
  void Spawn(boost::asio::awaitable<void> task);

  // cluster_faults.cc: what befalls it.
  boost::asio::awaitable<void> Nemesis();
  boost::asio::awaitable<void> Befall(SeededRandom& dice);
  void BefallNetwork(SeededRandom& dice);
  void BefallDisk(Storage& storage, SeededRandom& dice);
  void Kill(Storage& storage, bool power);
  void KillAndRestart(Storage& storage, SeededRandom& dice);
  void KillAndRestart(Daemon& daemon, SeededRandom& dice);
  void Rot(SeededRandom& dice);
  boost::asio::awaitable<void> StartLater(Storage& storage, std::chrono::milliseconds after);
  void LoseDatabase(SeededRandom& dice);
  void LoseRow(const Storage& storage);
  void StartTwice(const Storage& storage, SeededRandom& dice);
  boost::asio::awaitable<void> LoseDisk(SeededRandom& dice);
  bool GroupInStep(const std::string& group) const;
  bool TableHas(const std::string& group);
  bool OthersHave(const Storage& storage, const Bytes& content) const;
  void HealNetwork();

  // cluster_clients.cc: what clients do and expect.
  void Live(Endpoint& endpoint);
  void Operate(Endpoint& endpoint, SeededRandom& dice);
  void Upload(Endpoint& endpoint, std::size_t slot, SeededRandom& dice);
  // An upload that began at `since` is acknowledged.
  void CheckCopies(const File& file, SteadyTime since);
  void Read(Endpoint& endpoint, File& file);
  void ReadRange(Endpoint& endpoint, File& file, SeededRandom& dice);
  void Delete(Endpoint& endpoint, File& file);
  void DrawIds(Endpoint& endpoint, SeededRandom& dice);
  void LookUp(Endpoint& endpoint, const File& file);
  File* NewFile(Endpoint& endpoint, std::size_t slot, SeededRandom& dice);
  ContentId ContentFor(File& file);
  void Drawn(const std::string& key, std::uint64_t id);
  void Expect(const File& file, const std::string& where, const std::string& misfit);
  void Tell(std::string_view what, const File& file, const std::string& where,
            const Result<void>& outcome) const;

  // cluster_observer.cc: who looks on, and is never cut off.
  void NoteContacts();  // before anything that ends one, and before they are looked at
  boost::asio::awaitable<void> Observe();
  storage::Task<void> AskForPlace(const Daemon& tracker);
  storage::Task<void> DrawIn(const Daemon& id_server, std::uint64_t& last);
  // Reads all of its keys there, now.
  boost::asio::awaitable<void> ReadAllAt(const Storage& storage, bool strict);
  boost::asio::awaitable<void> ReadAt(const Storage& storage, File& file, bool strict);
  storage::Task<Bytes> ReadFrom(const Storage& storage, const File& file);
  std::string GroupOf(const File& file) const;
  storage::Task<std::string> GroupList(const Daemon& tracker);

  Scheduler scheduler_{clock_, random_};
  SimulatedNetwork network_{scheduler_, clock_, random_};
  Database database_{random_};
  const Ground ground_{scheduler_, network_, random_, database_};
  std::unique_ptr<net::Dialer> observer_ = network_.DialerOf("10.4.0.1");
  StorageRules rules_;
  std::vector<std::string> id_servers_;
  std::uint32_t id_block_ = 10;
  bool rots_ = false;  // bits rot in this world; in others disks are lost
  std::vector<std::unique_ptr<Storage>> storages_;
  std::vector<std::unique_ptr<Daemon>> daemons_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::vector<std::unique_ptr<Process>> twins_;
  std::vector<std::unique_ptr<Process>> gone_;  // their last coroutines may still run
  std::vector<std::unique_ptr<Fiber>> fibers_;

  std::deque<File> files_;                          // all ever begun
  std::vector<std::optional<std::size_t>> in_use_;  // by the clients: numbers of files
  std::map<std::string, std::set<std::uint64_t>> ids_;
  // When a tracker can last have heard of a storage's address.
  std::map<std::pair<std::string, std::string>, SteadyTime> contacts_;
  std::size_t living_ = 0;  // clients
  ContentId next_content_ = 1;
  bool over_ = false;
};

}  // namespace yundisk::simulation
