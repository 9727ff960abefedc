#include "storage_core/storage/catalog.h"

#include "common/base/check.h"

namespace yundisk::storage {
namespace {

std::int64_t SpaceOf(const std::string& key, const Entry& entry) {
  return static_cast<std::int64_t>(RecordBytes(key.size(), entry.payload_bytes));
}

// Whether `entry` replaces `known`. Equal sequences are copies of one record that compaction made:
// the one that lies further on in the log stays when the other's volume is removed.
bool Replaces(const Entry& entry, const Entry& known) {
  if (entry.record.sequence != known.record.sequence)
    return entry.record.sequence > known.record.sequence;
  if (entry.damaged != known.damaged) return known.damaged;
  return entry.place.volume > known.place.volume ||
         (entry.place.volume == known.place.volume && entry.place.offset > known.place.offset);
}

std::uint64_t Moved(std::uint64_t from, std::int64_t by) {
  return from + static_cast<std::uint64_t>(by);
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::Load(Index& index) {
  std::unique_ptr<Catalog> catalog(new Catalog(index));
  TRY(catalog->checkpoint_, index.LoadCheckpoint());
  TRY(auto live_bytes, index.LoadLiveBytes());
  *catalog->live_bytes_.Lock() = std::move(live_bytes);
  *catalog->totals_.Lock() = {catalog->checkpoint_.objects, catalog->checkpoint_.object_bytes};
  *catalog->log_end_.Lock() = catalog->checkpoint_.log;
  catalog->newest_sequence_ = catalog->checkpoint_.next_sequence - 1;
  return catalog;
}

Result<std::optional<Entry>> Catalog::FindStaged(std::string_view key) const {
  if (!staged_.empty()) {
    const auto found = staged_.find(std::string(key));
    if (found != staged_.end()) return std::optional<Entry>(found->second);
  }
  return index_.Find(key);
}

Result<bool> Catalog::Stage(const std::string& key, const Entry& entry) {
  TRY(const std::optional<Entry> known, FindStaged(key));
  if (known && !Replaces(entry, *known)) return false;
  if (known) Account(key, *known, false);
  Account(key, entry, true);
  staged_.insert_or_assign(key, entry);
  return true;
}

void Catalog::StageVerdict(const std::string& key, const Entry& entry) {
  staged_.insert_or_assign(key, entry);
}

void Catalog::StageVolumeRemoved(std::uint64_t volume) {
  change_.volumes_removed.push_back(volume);
}

void Catalog::Account(const std::string& key, const Entry& entry, bool added) {
  const std::int64_t sign = added ? 1 : -1;
  live_bytes_delta_[entry.place.volume] += sign * SpaceOf(key, entry);
  if (entry.deleted()) return;
  objects_delta_ += sign;
  object_bytes_delta_ += sign * static_cast<std::int64_t>(entry.record.object_bytes);
  if (!entry.large()) return;
  const LargeName& name = entry.record.large_name;
  if (added) {
    change_.large_added.emplace_back(name, key);
  } else {
    std::erase_if(change_.large_added, [&name](const auto& row) { return row.first == name; });
    change_.large_removed.push_back(name);
  }
}

Result<void> Catalog::Commit(const Place& log, std::uint64_t next_sequence) {
  Checkpoint checkpoint = checkpoint_;
  checkpoint.log = log;
  checkpoint.next_sequence = next_sequence;
  checkpoint.objects = Moved(checkpoint.objects, objects_delta_);
  checkpoint.object_bytes = Moved(checkpoint.object_bytes, object_bytes_delta_);
  change_.checkpoint = checkpoint;
  change_.entries.assign(staged_.begin(), staged_.end());
  {
    const auto live_bytes = live_bytes_.Lock();
    for (const auto& [volume, delta] : live_bytes_delta_)
      change_.live_bytes[volume] = Moved((*live_bytes)[volume], delta);
  }
  TRY_VOID(index_.Apply(change_));
  checkpoint_ = checkpoint;
  *totals_.Lock() = {checkpoint.objects, checkpoint.object_bytes};
  *log_end_.Lock() = log;
  newest_sequence_ = next_sequence - 1;
  {
    const auto live_bytes = live_bytes_.Lock();
    for (const auto& [volume, bytes] : change_.live_bytes) (*live_bytes)[volume] = bytes;
    for (const std::uint64_t volume : change_.volumes_removed) live_bytes->erase(volume);
  }
  DropStaged();
  return {};
}

void Catalog::DropStaged() {
  staged_.clear();
  change_ = {};
  live_bytes_delta_.clear();
  objects_delta_ = 0;
  object_bytes_delta_ = 0;
}

}  // namespace yundisk::storage
