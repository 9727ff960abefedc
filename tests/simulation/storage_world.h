// One storage, its clients, and everything that can befall them, played from a seed.
//
// A world lives through several lives of the storage: each opens the engine on what the last one
// left on the disk, checks all objects against the model, and then lets clients upload, adopt, read
// and delete at the same time, while upkeep goes on, until the power fails, the process is killed,
// or it ends in order. Disks fill up, fail and rot, and the time of day jumps.
//
// Every operation decides by dice of its own, so that one can be left out and the others still do
// what they did: that is how a failure is made short (shrink.h).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/simulation/model.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/world.h"

namespace yundisk::simulation {

class StorageWorld : World {
 public:
  explicit StorageWorld(WorldOptions options);
  ~StorageWorld();

  WorldReport Play();

 private:
  struct Life;

  // storage_world.cc: the machine.
  void PlayLife(std::uint32_t number, bool last);
  void EndLife(Life& life, SeededRandom& dice, bool last);
  boost::asio::awaitable<void> LiveOn(Life& life);
  boost::asio::awaitable<void> Client(Life& life, std::uint32_t number);
  boost::asio::awaitable<void> Upkeep(Life& life);
  boost::asio::awaitable<void> Keep(Life& life, SeededRandom& dice);
  void Befall(SeededRandom& dice);
  void FailDisk(bool sync);
  void Rot(SeededRandom& dice);
  boost::asio::awaitable<void> CheckAll(Life& life);
  boost::asio::awaitable<void> CheckNoLeaks(Life& life);
  boost::asio::awaitable<void> CheckScrub(Life& life);

  // storage_operations.cc: what clients do.
  boost::asio::awaitable<void> Operate(Life& life, std::uint32_t client, SeededRandom& dice);
  boost::asio::awaitable<void> Upload(Life& life, std::size_t key, SeededRandom& dice);
  boost::asio::awaitable<void> BreakOff(Life& life, std::size_t key, SeededRandom& dice);
  boost::asio::awaitable<void> Race(Life& life, std::size_t key);
  boost::asio::awaitable<void> Adopt(Life& life, std::size_t key);
  boost::asio::awaitable<void> Read(Life& life, std::size_t key);
  boost::asio::awaitable<void> ReadRange(Life& life, std::size_t key, SeededRandom& dice);
  boost::asio::awaitable<void> Delete(Life& life, std::size_t key);
  std::size_t PickKey(std::uint32_t client, SeededRandom& dice);

  ContentId NewContent() { return next_content_++; }
  bool IsRotten(std::size_t key) const { return rotten_.contains(key); }
  void Expect(std::size_t key, const std::string& misfit);
  void TraceOutcome(std::string_view what, std::size_t key, const Result<void>& outcome);

  bool Begin(const OperationId& id);

  SimulatedDisk disk_{DiskBug::kNone};
  storage::MemoryIndexContent flushed_index_;
  std::deque<KeyModel> keys_;        // all ever used
  std::vector<std::size_t> in_use_;  // by the clients, each a part of its own
  // Objects with a damaged copy: they are served whole or not at all, more is not asked.
  std::set<std::size_t> rotten_;
  std::uint64_t next_content_ = 1;
  std::uint64_t spooled_ = 0;
  bool disk_failed_ = false;  // in this life
  bool over_ = false;         // the life is being torn down
};

}  // namespace yundisk::simulation
