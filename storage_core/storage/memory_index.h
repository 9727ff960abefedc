// An index in memory, for tests and the simulation, where RocksDB's threads would not be
// deterministic. Flush copies it aside, as a disk would; a crash goes back to that copy.
#pragma once

#include <map>
#include <string>

#include "common/base/guarded.h"
#include "storage_core/storage/index.h"

namespace yundisk::storage {

// What survives a crash. Plain data: copying it is the flush.
struct MemoryIndexContent {
  std::map<std::string, Entry, std::less<>> entries;
  std::map<LargeName, std::string> large;
  std::map<std::uint64_t, std::uint64_t> live_bytes;
  Checkpoint checkpoint;
};

class MemoryIndex final : public Index {
 public:
  // Starts from what was flushed into `flushed`, which outlives the index.
  explicit MemoryIndex(MemoryIndexContent& flushed) : flushed_(flushed), content_(flushed) {}

  Result<std::optional<Entry>> Find(std::string_view key) const override;
  std::optional<Result<std::optional<Entry>>> FindNow(std::string_view key) const override;
  Result<bool> HasLarge(const LargeName& name) const override;
  Result<std::vector<IndexRow>> Next(std::string_view key, std::size_t count) const override;
  Result<Checkpoint> LoadCheckpoint() const override;
  Result<std::map<std::uint64_t, std::uint64_t>> LoadLiveBytes() const override;
  Result<void> Apply(const IndexChange& change) override;
  Result<void> Flush() override;

 private:
  MemoryIndexContent& flushed_;
  mutable Guarded<MemoryIndexContent> content_;
};

}  // namespace yundisk::storage
