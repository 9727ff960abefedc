// One storage, its clients, and everything that can befall them, played from a seed.
//
// A world lives through several lives of the storage: each opens the engine on what the last one
// left on the disk, checks all objects against the model, and then lets clients upload, adopt, read
// and delete at the same time, while upkeep goes on, until the power fails, the process is killed,
// or it ends in order.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/simulation/model.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::simulation {

// Planted bugs: the simulation has to find each.
struct Bugs {
  DiskBug disk = DiskBug::kNone;
  bool no_replay = false;  // start-up trusts the index and reads no log
};

struct WorldReport {
  std::string violation;  // empty: all was as it should be
  std::uint64_t operations = 0;
  std::uint64_t lives = 0;
  // What the world went through, to see that it went through everything.
  std::uint64_t compactions = 0;
  std::uint64_t full_disks = 0;
  std::uint64_t failed_syncs = 0;
};

class StorageWorld {
 public:
  StorageWorld(std::uint64_t seed, const Bugs& bugs);
  ~StorageWorld();

  WorldReport Play();

 private:
  struct Life;

  void PlayLife(bool last);
  boost::asio::awaitable<void> LiveOn(Life& life);
  boost::asio::awaitable<void> Client(Life& life, std::uint64_t number);
  boost::asio::awaitable<void> Upkeep(Life& life);
  boost::asio::awaitable<void> CheckAll(Life& life);
  boost::asio::awaitable<void> CheckNoLeaks(Life& life);

  boost::asio::awaitable<void> Upload(Life& life, std::size_t key);
  boost::asio::awaitable<void> BreakOff(Life& life, std::size_t key);
  boost::asio::awaitable<void> Race(Life& life, std::size_t key);
  boost::asio::awaitable<void> Adopt(Life& life, std::size_t key);
  boost::asio::awaitable<void> Read(Life& life, std::size_t key);
  boost::asio::awaitable<void> ReadRange(Life& life, std::size_t key);
  boost::asio::awaitable<void> Delete(Life& life, std::size_t key);

  void FailSync();
  std::size_t PickKey(std::uint64_t client);
  ContentId NewContent();
  void Expect(std::size_t key, const std::string& misfit);
  void Violation(const std::string& what);

  VirtualClock clock_;
  SeededRandom random_;
  Bugs bugs_;
  SimulatedDisk disk_;
  storage::MemoryIndexContent flushed_index_;
  std::deque<KeyModel> keys_;        // all ever used
  std::vector<std::size_t> in_use_;  // by the clients, each a part of its own
  std::uint64_t next_content_ = 1;
  std::uint64_t spooled_ = 0;
  bool sync_failed_ = false;  // in this life
  WorldReport report_;
};

}  // namespace yundisk::simulation
