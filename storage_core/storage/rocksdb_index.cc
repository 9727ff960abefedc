#include "storage_core/storage/rocksdb_index.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "common/base/log.h"
#include "storage_core/storage/index_codec.h"

namespace yundisk::storage {
namespace {

// Memory the index may take: two write buffers and the cache, which also holds indexes and filters.
constexpr std::size_t kWriteBufferBytes = std::size_t{8} << 20;
constexpr int kWriteBuffers = 2;
constexpr std::size_t kCacheBytes = std::size_t{16} << 20;
constexpr double kBloomBitsPerKey = 10;
constexpr int kMaxOpenFiles = 256;

constexpr std::string_view kCheckpointKey = "c";

std::string EntryKey(std::string_view key) { return fmt::format("k{}", key); }
std::string LargeKey(const LargeName& name) { return fmt::format("l{}", AsText(name)); }
std::string VolumeKey(std::uint64_t volume) { return fmt::format("v{:016x}", volume); }

rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }

Error ToError(const rocksdb::Status& status, std::string_view doing) {
  Code code = Code::kIo;
  if (status.IsCorruption()) code = Code::kCorrupt;
  if (status.IsNoSpace()) code = Code::kNoSpace;
  return Error::Make(code, "{} the index: {}", doing, status.ToString());
}

rocksdb::Options MakeOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = kWriteBuffers;
  options.max_open_files = kMaxOpenFiles;
  options.compression = rocksdb::kNoCompression;
  options.keep_log_file_num = 2;
  options.max_background_jobs = 2;
  options.avoid_flush_during_shutdown = false;
  return options;
}

Result<std::optional<Entry>> ToEntry(const rocksdb::Status& status,
                                     const rocksdb::PinnableSlice& row) {
  if (status.IsNotFound()) return std::optional<Entry>();
  if (!status.ok()) return ToError(status, "reading");
  TRY(Entry entry, DecodeEntry({row.data(), row.size()}));
  return std::optional<Entry>(std::move(entry));
}

}  // namespace

RocksDbIndex::RocksDbIndex(std::unique_ptr<rocksdb::DB> database)
    : database_(std::move(database)) {}
RocksDbIndex::~RocksDbIndex() = default;

Result<std::unique_ptr<RocksDbIndex>> RocksDbIndex::Open(const std::string& folder) {
  const rocksdb::Options options = MakeOptions();
  rocksdb::DB* database = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, folder, &database);
  if (status.IsCorruption() || status.IsInvalidArgument()) {
    LogWarning("the index is damaged and will be rebuilt from the volumes: {}", status.ToString());
    status = rocksdb::DestroyDB(folder, options);
    if (status.ok()) status = rocksdb::DB::Open(options, folder, &database);
  }
  if (!status.ok()) return ToError(status, "opening");
  return std::unique_ptr<RocksDbIndex>(new RocksDbIndex(std::unique_ptr<rocksdb::DB>(database)));
}

Result<std::optional<Entry>> RocksDbIndex::Find(std::string_view key) const {
  rocksdb::PinnableSlice row;
  const rocksdb::Status status =
      database_->Get({}, database_->DefaultColumnFamily(), EntryKey(key), &row);
  return ToEntry(status, row);
}

std::optional<Result<std::optional<Entry>>> RocksDbIndex::FindNow(std::string_view key) const {
  rocksdb::ReadOptions options;
  options.read_tier = rocksdb::kBlockCacheTier;
  rocksdb::PinnableSlice row;
  const rocksdb::Status status =
      database_->Get(options, database_->DefaultColumnFamily(), EntryKey(key), &row);
  if (status.IsIncomplete()) return std::nullopt;
  return ToEntry(status, row);
}

Result<bool> RocksDbIndex::HasLarge(const LargeName& name) const {
  std::string key;
  const rocksdb::Status status = database_->Get({}, LargeKey(name), &key);
  if (!status.ok() && !status.IsNotFound()) return ToError(status, "reading");
  return status.ok();
}

Result<std::vector<IndexRow>> RocksDbIndex::Next(std::string_view key, std::size_t count) const {
  const std::unique_ptr<rocksdb::Iterator> iterator(database_->NewIterator({}));
  std::string after = EntryKey(key);
  after.push_back('\0');  // the smallest text behind it
  std::vector<IndexRow> rows;
  for (iterator->Seek(after);
       rows.size() < count && iterator->Valid() && iterator->key().starts_with("k");
       iterator->Next()) {
    TRY(Entry entry, DecodeEntry({iterator->value().data(), iterator->value().size()}));
    rows.emplace_back(iterator->key().ToString().substr(1), std::move(entry));
  }
  if (!iterator->status().ok()) return ToError(iterator->status(), "reading");
  return rows;
}

Result<Checkpoint> RocksDbIndex::LoadCheckpoint() const {
  std::string row;
  const rocksdb::Status status = database_->Get({}, ToSlice(kCheckpointKey), &row);
  if (status.IsNotFound()) return Checkpoint{};
  if (!status.ok()) return ToError(status, "reading");
  return DecodeCheckpoint(row);
}

Result<std::map<std::uint64_t, std::uint64_t>> RocksDbIndex::LoadLiveBytes() const {
  std::map<std::uint64_t, std::uint64_t> live_bytes;
  const std::unique_ptr<rocksdb::Iterator> iterator(database_->NewIterator({}));
  for (iterator->Seek("v"); iterator->Valid() && iterator->key().starts_with("v");
       iterator->Next()) {
    const std::string volume = iterator->key().ToString().substr(1);
    live_bytes[std::stoull(volume, nullptr, 16)] = std::stoull(iterator->value().ToString());
  }
  if (!iterator->status().ok()) return ToError(iterator->status(), "reading");
  return live_bytes;
}

Result<void> RocksDbIndex::Apply(const IndexChange& change) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, entry] : change.entries) batch.Put(EntryKey(key), EncodeEntry(entry));
  for (const LargeName& name : change.large_removed) batch.Delete(LargeKey(name));
  for (const auto& [name, key] : change.large_added) batch.Put(LargeKey(name), key);
  for (const auto& [volume, bytes] : change.live_bytes)
    batch.Put(VolumeKey(volume), std::to_string(bytes));
  for (const std::uint64_t volume : change.volumes_removed) batch.Delete(VolumeKey(volume));
  batch.Put(ToSlice(kCheckpointKey), EncodeCheckpoint(change.checkpoint));

  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const rocksdb::Status status = database_->Write(options, &batch);
  if (!status.ok()) return ToError(status, "writing");
  return {};
}

Result<void> RocksDbIndex::Flush() {
  const rocksdb::Status status = database_->Flush({});
  if (!status.ok()) return ToError(status, "flushing");
  return {};
}

}  // namespace yundisk::storage
