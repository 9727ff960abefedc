// A fixed run of one storage on a simulated disk: small and large uploads, adoptions, deletes,
// compaction, scrub, index flushes, a restart. Every answer is held against the model, and after
// the end, when nothing fails any more, what the disk has is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/fault/storage_faults/failing_file_system.h"
#include "tests/simulation/model.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::faults {

enum class Ending {
  kKill,      // the kernel keeps what the process wrote
  kPowerCut,  // a random part of what was not synced survives
};

class Scenario {
 public:
  Scenario(const Failure& failure, Ending ending, std::uint64_t seed);
  ~Scenario();

  // What was not as it must be; empty: all was.
  std::string Play();
  const Injector& injector() const { return injector_; }

 private:
  struct Life;

  // False when the storage did not start.
  bool Start(bool failing);
  void Stop();
  void End(Ending ending);
  void FirstLife();
  void SecondLife();
  void CheckAtRest();

  void Put(int key, simulation::ContentId content);
  void Adopt(int key, simulation::ContentId content);
  void Remove(int key);
  void Read(int key);
  void ReadAcknowledged();
  void Upkeep();
  void Note(int key, const std::string& misfit);
  void Violation(const std::string& what);
  template <typename T>
  std::optional<Result<T>> Await(storage::Task<T> task);

  simulation::VirtualClock clock_;
  simulation::SeededRandom random_;
  simulation::SimulatedDisk disk_{simulation::DiskBug::kNone};
  Injector injector_;
  Ending ending_;
  storage::MemoryIndexContent flushed_index_;
  std::map<int, simulation::KeyModel> keys_;
  std::unique_ptr<Life> life_;
  int spooled_ = 0;
  std::string violation_;
};

}  // namespace yundisk::faults
