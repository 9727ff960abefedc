#include "storage_core/storage/memory_index.h"

namespace yundisk::storage {

Result<std::optional<Entry>> MemoryIndex::Find(std::string_view key) const {
  const auto content = content_.Lock();
  const auto found = content->entries.find(key);
  if (found == content->entries.end()) return std::optional<Entry>();
  return std::optional<Entry>(found->second);
}

std::optional<Result<std::optional<Entry>>> MemoryIndex::FindNow(std::string_view key) const {
  return Find(key);
}

Result<bool> MemoryIndex::HasLarge(const LargeName& name) const {
  return content_.Lock()->large.contains(name);
}

Result<std::vector<IndexRow>> MemoryIndex::Next(std::string_view key, std::size_t count) const {
  const auto content = content_.Lock();
  std::vector<IndexRow> rows;
  for (auto at = content->entries.upper_bound(key);
       at != content->entries.end() && rows.size() < count; ++at)
    rows.emplace_back(*at);
  return rows;
}

Result<Checkpoint> MemoryIndex::LoadCheckpoint() const { return content_.Lock()->checkpoint; }

Result<std::map<std::uint64_t, std::uint64_t>> MemoryIndex::LoadLiveBytes() const {
  return content_.Lock()->live_bytes;
}

Result<void> MemoryIndex::Apply(const IndexChange& change) {
  const auto content = content_.Lock();
  for (const auto& [key, entry] : change.entries) content->entries.insert_or_assign(key, entry);
  for (const LargeName& name : change.large_removed) content->large.erase(name);
  for (const auto& [name, key] : change.large_added) content->large.insert_or_assign(name, key);
  for (const auto& [volume, bytes] : change.live_bytes) content->live_bytes[volume] = bytes;
  for (const std::uint64_t volume : change.volumes_removed) content->live_bytes.erase(volume);
  content->checkpoint = change.checkpoint;
  return {};
}

Result<void> MemoryIndex::Flush() {
  flushed_ = *content_.Lock();
  return {};
}

}  // namespace yundisk::storage
