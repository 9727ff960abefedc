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
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/simulation/model.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::simulation {

// One thing that a client or the upkeep does, or that befalls the machine.
struct OperationId {
  std::uint32_t life = 0;
  std::uint32_t actor = 0;
  std::uint32_t number = 0;
  auto operator<=>(const OperationId&) const = default;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  DiskBug disk_bug = DiskBug::kNone;
  std::set<OperationId> left_out;
  std::function<void(OperationId)> on_operation;          // before each that is not left out
  std::function<void(const std::string&)> on_trace_line;  // what happened, one line each
};

struct WorldReport {
  std::string violation;  // empty: all was as it should be
  std::uint64_t operations = 0;
  std::uint64_t lives = 0;
  std::uint64_t simulated_ms = 0;
  // What the world went through, to see that it went through everything.
  std::uint64_t compactions = 0;
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t lost_indexes = 0;
  std::uint64_t full_disks = 0;
  std::uint64_t failed_syncs = 0;
  std::uint64_t failed_writes = 0;
  std::uint64_t rotten_objects = 0;
  std::uint64_t clock_jumps = 0;

  std::uint64_t faults() const {
    return kills + power_cuts + lost_indexes + full_disks + failed_syncs + failed_writes +
           rotten_objects + clock_jumps;
  }
  void Add(const WorldReport& other);
};

class StorageWorld {
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

  // Dice that only depend on the seed and on whose they are.
  SeededRandom DiceOf(const OperationId& id) const;
  // False when the operation is left out; else counts it.
  bool Begin(const OperationId& id);
  ContentId NewContent() { return next_content_++; }
  bool IsRotten(std::size_t key) const { return rotten_.contains(key); }
  void Expect(std::size_t key, const std::string& misfit);
  void Violation(const std::string& what);
  void Trace(const std::string& what);
  void TraceOutcome(std::string_view what, std::size_t key, const Result<void>& outcome);

  WorldOptions options_;
  VirtualClock clock_;
  SeededRandom random_;  // of the machine: how long things take, what a power cut leaves
  SimulatedDisk disk_;
  storage::MemoryIndexContent flushed_index_;
  std::deque<KeyModel> keys_;        // all ever used
  std::vector<std::size_t> in_use_;  // by the clients, each a part of its own
  // Objects with a damaged copy: they are served whole or not at all, more is not asked.
  std::set<std::size_t> rotten_;
  std::uint64_t next_content_ = 1;
  std::uint64_t spooled_ = 0;
  bool disk_failed_ = false;  // in this life
  bool over_ = false;         // the life is being torn down
  WorldReport report_;
};

}  // namespace yundisk::simulation
