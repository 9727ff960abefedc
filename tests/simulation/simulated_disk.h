// A disk in memory that forgets what was not synced.
//
// Contents are lost by sectors of 512 bytes, each on its own: what was written since the last sync
// of the file survives a power cut in part. Names are lost one operation at a time: creating,
// renaming and removing survive only once the folder was synced. A sync that fails brings a part to
// the disk and leaves the kernel believing that all is: later syncs do not bring the rest.
//
// SimulatedDisk is the platters and the page cache, and outlives crashes; SimulatedFileSystem is
// one running program's view of it.
#pragma once

#include <cerrno>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage_core/storage/file_system.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

// Planted bugs, for the negative controls.
enum class DiskBug {
  kNone,
  kNoFileSync,    // syncing a file does nothing
  kNoFolderSync,  // syncing a folder does nothing
};

class SimulatedDisk {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  explicit SimulatedDisk(DiskBug bug) : bug_(bug) {}

  // A random part of what was not synced survives.
  void CutPower(SeededRandom& random);

  void SetCapacity(std::uint64_t bytes) { capacity_bytes_ = bytes; }
  void FailNextSync(int error_number = EIO) { fail_next_sync_ = error_number; }
  // The next write fails, having written a part.
  void FailNextWrite(int error_number = EIO) { fail_next_write_ = error_number; }
  // Flips a bit of what is stored. The file must reach that far.
  void Rot(const std::string& path, std::uint64_t offset);
  // From now on reading what is stored there fails, until it is written anew.
  void MakeUnreadable(const std::string& path, std::uint64_t offset);
  // Rot in every durable copy of these bytes, or unreadable where a file has nothing else; tells
  // how many there were.
  std::size_t RotEvery(ByteView what, SeededRandom& random);

  // For tests: durably there at once.
  void PutFile(const std::string& path, Bytes content);
  // As another program leaves it that syncs nothing; the name is durable.
  void PutUnsyncedFile(const std::string& path, Bytes content);
  std::optional<Bytes> Content(const std::string& path) const;
  std::vector<std::string> Files(const std::string& prefix) const;
  std::uint64_t UsedBytes() const;
  std::uint64_t file_syncs() const { return file_syncs_; }

 private:
  friend class SimulatedFile;
  friend class SimulatedFileSystem;

  struct Node {
    Bytes current;
    Bytes durable;
    std::set<std::uint64_t> dirty_sectors;
    std::set<std::uint64_t> unreadable;  // offsets
    bool size_dirty = false;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::uint64_t links = 1;
  };
  // A name that came, went, or both (a rename), not yet durable.
  struct NameChange {
    std::string removed;
    std::string added;
    std::shared_ptr<Node> node;
  };

  static std::string FolderOf(const std::string& path);
  static void ApplyName(std::map<std::string, std::shared_ptr<Node>>& names,
                        const NameChange& change);
  static void LosePart(Node& node, SeededRandom& random);

  void ChangeName(NameChange change);
  void SyncFolder(const std::string& path);
  Result<void> Write(Node& node, std::uint64_t offset, ByteView bytes, std::int64_t now_ns);
  Result<void> Sync(Node& node, const std::set<std::uint64_t>& sectors);

  DiskBug bug_;
  std::uint64_t capacity_bytes_ = UINT64_MAX;
  int fail_next_sync_ = 0;  // error numbers; 0: it works
  int fail_next_write_ = 0;
  std::uint64_t file_syncs_ = 0;
  std::set<std::string> folders_;
  std::map<std::string, std::shared_ptr<Node>> names_;
  std::map<std::string, std::shared_ptr<Node>> durable_names_;
  std::vector<NameChange> name_changes_;  // not yet durable, in order
};

class SimulatedFileSystem final : public storage::FileSystem {
 public:
  // All outlive this.
  SimulatedFileSystem(SimulatedDisk& disk, Scheduler& scheduler, const Clock& clock)
      : disk_(disk), scheduler_(scheduler), clock_(clock) {}

  // The program is dead: nothing it still does reaches the disk, everything fails.
  void Kill() { *dead_ = true; }
  bool dead() const { return *dead_; }

  storage::Task<std::unique_ptr<storage::File>> Open(const std::string& path,
                                                     storage::OpenMode mode) override;
  storage::Task<void> Rename(const std::string& from, const std::string& to) override;
  storage::Task<void> Remove(const std::string& path) override;
  storage::Task<void> SyncFolder(const std::string& path) override;
  storage::Task<void> MakeFolder(const std::string& path) override;
  storage::Task<std::vector<std::string>> List(const std::string& path) override;
  storage::Task<std::uint64_t> FreeBytes(const std::string& path) override;

 private:
  friend class SimulatedFile;
  boost::asio::awaitable<Result<void>> Begin();
  std::int64_t NowNs() const { return clock_.Now().time_since_epoch().count() * 1'000'000; }

  SimulatedDisk& disk_;
  Scheduler& scheduler_;
  const Clock& clock_;
  std::shared_ptr<bool> dead_ = std::make_shared<bool>(false);
};

}  // namespace yundisk::simulation
