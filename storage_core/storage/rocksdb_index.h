// The index in RocksDB, without its write-ahead log: the volume log is one already.
//
// Keys are "k" + object key (its entry), "l" + large file name (the key of its object), "v" +
// volume number (its live bytes), "c" (the checkpoint). All of one change go into one write batch,
// so that what a crash leaves is always a whole change and its checkpoint.
#pragma once

#include <memory>
#include <string>

#include "storage_core/storage/index.h"

namespace rocksdb {
class DB;
}  // namespace rocksdb

namespace yundisk::storage {

class RocksDbIndex final : public Index {
 public:
  // Opens or creates the index in `folder`. A damaged one is thrown away: it will be rebuilt from
  // the volumes. Blocks.
  static Result<std::unique_ptr<RocksDbIndex>> Open(const std::string& folder);
  ~RocksDbIndex() override;

  Result<std::optional<Entry>> Find(std::string_view key) const override;
  std::optional<Result<std::optional<Entry>>> FindNow(std::string_view key) const override;
  Result<bool> HasLarge(const LargeName& name) const override;
  Result<std::vector<IndexRow>> Next(std::string_view key, std::size_t count) const override;
  Result<Checkpoint> LoadCheckpoint() const override;
  Result<std::map<std::uint64_t, std::uint64_t>> LoadLiveBytes() const override;
  Result<void> Apply(const IndexChange& change) override;
  Result<void> Flush() override;

 private:
  explicit RocksDbIndex(std::unique_ptr<rocksdb::DB> database);

  std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace yundisk::storage
