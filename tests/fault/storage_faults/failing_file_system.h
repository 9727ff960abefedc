// A file system on which the Nth call of one kind fails, and that watches what the storage does
// about it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "storage_core/storage/file_system.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::faults {

enum class Call { kOpen, kRead, kWrite, kSync, kRename, kRemove, kSyncFolder, kMakeFolder, kList };
inline constexpr std::size_t kCalls = 9;
std::string_view NameOf(Call call);

struct Failure {
  Call call = Call::kOpen;
  std::uint64_t number = UINT64_MAX;  // counted from 0
  int error_number = 0;
};

// Outlives the file systems of several lives.
class Injector {
 public:
  Injector(simulation::SimulatedDisk& disk, const Failure& failure)
      : disk_(disk), failure_(failure) {}

  // True when the call is the one that fails.
  bool Strikes(Call call) {
    const bool strikes =
        counts_[static_cast<std::size_t>(call)]++ == failure_.number && call == failure_.call;
    struck_ = struck_ || strikes;
    return strikes;
  }
  Error error(const std::string& path) const {
    return Error::FromErrno(failure_.error_number, path);
  }
  int error_number() const { return failure_.error_number; }
  std::uint64_t count(Call call) const { return counts_[static_cast<std::size_t>(call)]; }
  bool struck() const { return struck_; }
  simulation::SimulatedDisk& disk() { return disk_; }

  // What was synced in vain is lost: whoever syncs it again would believe it durable.
  void SyncFailed(const std::string& path) { unsynced_.insert(path); }
  void Syncing(const std::string& path) {
    if (unsynced_.contains(path)) synced_again_ = path;
  }
  // A new file of the name.
  void Created(const std::string& path) { unsynced_.erase(path); }
  // A new process: it has not seen the failure.
  void NewLife() { unsynced_.clear(); }
  // Empty: none.
  const std::string& synced_again() const { return synced_again_; }

 private:
  simulation::SimulatedDisk& disk_;
  Failure failure_;
  std::array<std::uint64_t, kCalls> counts_{};
  bool struck_ = false;
  std::set<std::string> unsynced_;
  std::string synced_again_;
};

class FailingFileSystem final : public storage::FileSystem {
 public:
  // Both outlive this.
  FailingFileSystem(storage::FileSystem& files, Injector& injector)
      : files_(files), injector_(injector) {}

  storage::Task<std::unique_ptr<storage::File>> Open(const std::string& path,
                                                     storage::OpenMode mode) override;
  storage::Task<void> Rename(const std::string& from, const std::string& to) override;
  storage::Task<void> Remove(const std::string& path) override;
  storage::Task<void> SyncFolder(const std::string& path) override;
  storage::Task<void> MakeFolder(const std::string& path) override;
  storage::Task<std::vector<std::string>> List(const std::string& path) override;
  storage::Task<std::uint64_t> FreeBytes(const std::string& path) override;

 private:
  storage::FileSystem& files_;
  Injector& injector_;
};

}  // namespace yundisk::faults
