// Catalog: the rules by which records become index entries, one set for the committer, start-up and
// compaction: the newest record of a key counts, a tombstone is final, a moved record replaces its
// original; and how much of each volume is still needed.
//
// Changes are staged and then committed together with a checkpoint. Staging and committing: one
// coroutine at a time (start-up, later the committer). Find, live_bytes, totals and log_end: any
// thread; they see what was committed.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/guarded.h"
#include "common/base/result.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/object.h"

namespace yundisk::storage {

class Catalog {
 public:
  // `index` outlives the catalog. Blocks.
  static Result<std::unique_ptr<Catalog>> Load(Index& index);

  // Including what is staged.
  Result<std::optional<Entry>> FindStaged(std::string_view key) const;
  // Stages the entry unless a newer record of the key is known; true when it was. `record_bytes` is
  // the space the record takes in its volume.
  Result<bool> Stage(const std::string& key, const Entry& entry);
  // Stages other facts about a record that stays where it is.
  void StageVerdict(const std::string& key, const Entry& entry);
  void StageVolumeRemoved(std::uint64_t volume);
  // Applies what is staged; everything before `log` is in it. Does nothing to the disk.
  Result<void> Commit(const Place& log, std::uint64_t next_sequence);
  void DropStaged();

  const Checkpoint& checkpoint() const { return checkpoint_; }
  std::map<std::uint64_t, std::uint64_t> live_bytes() const { return *live_bytes_.Lock(); }
  Totals totals() const { return *totals_.Lock(); }
  // Of the records that are in the index.
  std::uint64_t newest_sequence() const { return newest_sequence_; }
  // Behind the last record that is in the index.
  Place log_end() const { return *log_end_.Lock(); }
  Index& index() const { return index_; }

 private:
  explicit Catalog(Index& index) : index_(index) {}
  void Account(const std::string& key, const Entry& entry, bool added);

  Index& index_;
  Checkpoint checkpoint_;
  mutable Guarded<std::map<std::uint64_t, std::uint64_t>> live_bytes_;
  mutable Guarded<Totals> totals_;
  mutable Guarded<Place> log_end_;
  std::atomic<std::uint64_t> newest_sequence_{0};

  // Staged.
  std::unordered_map<std::string, Entry> staged_;
  IndexChange change_;
  std::map<std::uint64_t, std::int64_t> live_bytes_delta_;
  std::int64_t objects_delta_ = 0;
  std::int64_t object_bytes_delta_ = 0;
};

}  // namespace yundisk::storage
