#include "storage_core/storage/local_engine.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/log.h"
#include "storage_core/storage/checksum.h"
#include "storage_core/storage/identity.h"
#include "storage_core/storage/reread_content.h"
#include "storage_core/storage/spool.h"

namespace yundisk::storage {
class LocalEngine::Promise {
 public:
  Promise(std::atomic<std::uint64_t>& total, std::uint64_t size_bytes)
      : total_(total), size_bytes_(size_bytes), total_before_(total.fetch_add(size_bytes)) {}
  ~Promise() { total_ -= size_bytes_; }
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  std::uint64_t total_bytes() const { return total_before_ + size_bytes_; }

 private:
  std::atomic<std::uint64_t>& total_;
  std::uint64_t size_bytes_;
  std::uint64_t total_before_;
};

LocalEngine::LocalEngine(const LocalEnvironment& environment, const LocalOptions& options)
    : environment_(environment),
      options_(options),
      volumes_(options.folder + "/volumes"),
      large_files_(options.folder, environment.files, environment.random),
      log_({environment.committer_files, environment.files, environment.clock, environment.random},
           volumes_, options.log) {
  CHECK(options.large_object_bytes <= kMaxPayloadBytes);
}

LocalEngine::~LocalEngine() = default;

Task<std::unique_ptr<LocalEngine>> LocalEngine::Open(const LocalEnvironment& environment,
                                                     const LocalOptions& options) {
  std::unique_ptr<LocalEngine> engine(new LocalEngine(environment, options));
  CO_TRY_VOID(co_await engine->Start());
  co_return engine;
}

Task<void> LocalEngine::Start() {
  LocalEnvironment& parts = environment_;
  CO_TRY_VOID(co_await parts.committer_files.MakeFolder(options_.folder));
  CO_TRY_VOID(co_await parts.committer_files.MakeFolder(volumes_.folder()));
  CO_TRY_VOID(co_await large_files_.Start());
  CO_TRY(identity_, co_await LoadIdentity(parts.committer_files, options_.folder, parts.random));
  CO_TRY(catalog_, Catalog::Load(parts.index));
  Recovery recovery(parts.committer_files, parts.files, volumes_, *catalog_);
  CO_TRY(recovery_, co_await recovery.Run());
  CO_TRY_VOID(co_await log_.Start(recovery_.end));
  committer_ = std::make_unique<Committer>(parts.committer, *catalog_, log_);
  change_feed_ = std::make_unique<ChangeFeed>(volumes_, *catalog_, parts.runner);
  reader_ = std::make_unique<ObjectReader>(
      ObjectReader::Parts{parts.files, parts.runner, parts.clock, parts.index, volumes_,
                          large_files_, *committer_},
      options_.verify_max_age);
  large_writer_ = std::make_unique<LargeWriter>(
      LargeWriter::Parts{parts.files, parts.runner, parts.clock, large_files_, *committer_});
  compactor_ =
      std::make_unique<Compactor>(Compactor::Parts{parts.files, volumes_, *catalog_, *committer_},
                                  options_.compaction_garbage_percent);
  // Twice as often as the engine vouches for, so that it never has to stop vouching.
  scrubber_ = std::make_unique<Scrubber>(
      Scrubber::Parts{parts.runner, parts.clock, parts.index, *reader_, *committer_},
      options_.verify_max_age / 2);
  co_return co_await RefreshFreeBytes();
}

Task<void> LocalEngine::Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source) {
  ContentWatcher nobody;
  co_return co_await Put(key, size_bytes, source, nobody);
}

Task<void> LocalEngine::Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source,
                            ContentWatcher& watcher) {
  CO_TRY(const auto promise, co_await Admit(key.text(), size_bytes));
  if (size_bytes >= options_.large_object_bytes)
    co_return co_await large_writer_->Put(key.text(), size_bytes, source, watcher);
  CO_TRY_VOID(co_await PutSmall(key.text(), size_bytes, source, watcher));
  co_return Result<void>();
}

Task<std::unique_ptr<LocalEngine::Promise>> LocalEngine::Admit(const std::string& key,
                                                               std::uint64_t size_bytes) {
  if (const auto stopped = committer_->stopped())
    co_return Error::Make(Code::kUnavailable, "writes have stopped: {}", stopped->message());
  if (size_bytes > kMaxObjectBytes)
    co_return Error::Make(Code::kBadRequest, "uploading {}: {} bytes are more than {}", Shown(key),
                          size_bytes, kMaxObjectBytes);
  CO_TRY(const std::optional<Entry> known, co_await reader_->Lookup(key));
  if (known && known->deleted())
    co_return Error::Make(Code::kDeleted,
                          "uploading {}: the id was deleted and is never used again", Shown(key));
  if (known && known->record.object_bytes != size_bytes)
    co_return Error::Make(Code::kExists, "uploading {}: the id has other content", Shown(key));
  auto promise = std::make_unique<Promise>(promised_bytes_, size_bytes);
  if (!known && promise->total_bytes() > free_bytes_)
    co_return Error::Make(Code::kNoSpace, "uploading {}: no room for {} bytes", Shown(key),
                          size_bytes);
  co_return promise;
}

Task<Digest> LocalEngine::PutSmall(const std::string& key, std::uint64_t size_bytes,
                                   ContentSource& source, ContentWatcher& watcher) {
  RecordBuffer buffer(key, size_bytes);
  MutableByteView rest = buffer.payload();
  while (!rest.empty()) {
    CO_TRY(const std::size_t got, co_await source.Read(rest));
    rest = rest.subspan(got);
  }
  ContentHasher hasher;
  hasher.Update(buffer.payload());
  Record record;
  record.kind = RecordKind::kSmall;
  record.object_bytes = size_bytes;
  record.written_at_s = SecondsSince1970(environment_.clock.Now());
  record.digest = hasher.Finish();
  record.payload_crc32 = record.digest.crc32;
  CO_TRY_VOID(co_await watcher.OnPiece(buffer.payload()));
  BytesReread again(buffer.payload());
  CO_TRY_VOID(co_await watcher.BeforeCommit(record.digest, again));
  CO_TRY_VOID(co_await committer_->Put(key, record, std::move(buffer)));
  co_return record.digest;
}

Task<Digest> LocalEngine::Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                                std::string_view spool_name) {
  ContentWatcher nobody;
  co_return co_await Adopt(key, size_bytes, spool_name, nobody);
}

Task<Digest> LocalEngine::Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                                std::string_view spool_name, ContentWatcher& watcher) {
  CO_TRY(const std::string path, SpoolPath(options_.spool_folder, spool_name));
  CO_TRY(const auto promise, co_await Admit(key.text(), size_bytes));
  if (size_bytes < options_.large_object_bytes)
    co_return co_await AdoptSmall(key.text(), size_bytes, path, watcher);
  CO_TRY_VOID(co_await OpenSpooled(path, size_bytes));
  co_return co_await large_writer_->Adopt(key.text(), size_bytes, path, watcher);
}

Task<std::unique_ptr<File>> LocalEngine::OpenSpooled(const std::string& path,
                                                     std::uint64_t size_bytes) {
  auto file = co_await environment_.files.Open(path, OpenMode::kRead);
  // No such file is no such spool: the endpoint runs on another machine, and streams instead.
  if (!file && file.error().code() == Code::kNotFound)
    co_return Error(Code::kUnavailable, file.error().message());
  if (!file) co_return file;
  CO_TRY(const FileFacts facts, co_await (*file)->Facts());
  if (!facts.regular || !facts.mine || facts.links != 1)
    co_return Error::Make(Code::kBadRequest, "adopting {}: not a plain file of ours", path);
  if (facts.size_bytes != size_bytes)
    co_return Error::Make(Code::kBadRequest, "adopting {}: it has {} bytes, announced were {}",
                          path, facts.size_bytes, size_bytes);
  co_return file;
}

// A small file becomes a small object: copied, then removed.
Task<Digest> LocalEngine::AdoptSmall(const std::string& key, std::uint64_t size_bytes,
                                     const std::string& path, ContentWatcher& watcher) {
  CO_TRY(const auto file, co_await OpenSpooled(path, size_bytes));
  FileSource source(*file);
  CO_TRY(const Digest digest, co_await PutSmall(key, size_bytes, source, watcher));
  const Result<void> removed = co_await environment_.files.Remove(path);
  if (!removed) LogWarning("adopting: {}", removed.error().message());
  co_return digest;
}

Task<std::uint64_t> LocalEngine::Size(const ObjectKey& key) {
  CO_TRY(const Entry entry, co_await reader_->Find(key.text()));
  co_return entry.record.object_bytes;
}

Task<ObjectInfo> LocalEngine::Stat(const ObjectKey& key) {
  CO_TRY(const Entry entry, co_await reader_->Find(key.text()));
  ObjectInfo info;
  info.size_bytes = entry.record.object_bytes;
  info.digest = entry.record.digest;
  info.verified_at_s = entry.verified_at_s;
  CO_TRY(const bool vouched, co_await reader_->Vouches(entry));
  if (vouched)
    info.local_file = options_.node_name + '/' + LargeFiles::RelativePath(entry.record.large_name);
  co_return info;
}

Task<std::unique_ptr<Content>> LocalEngine::Open(const ObjectKey& key, ByteRange range) {
  co_return co_await reader_->Open(key.text(), range);
}

Task<void> LocalEngine::Remove(const ObjectKey& key) {
  CO_TRY(const std::optional<Entry> known, co_await reader_->Lookup(key.text()));
  if (!known || known->deleted())
    co_return Error::Make(Code::kNotFound, "deleting {}: there is no such object",
                          Shown(key.text()));
  const std::uint64_t now_s = SecondsSince1970(environment_.clock.Now());
  CO_TRY(const Entry removed, co_await committer_->Remove(key.text(), now_s));
  co_return co_await RemoveContent(removed);
}

Task<void> LocalEngine::Bury(const ObjectKey& key) {
  CO_TRY(const std::optional<Entry> known, co_await reader_->Lookup(key.text()));
  if (known && known->deleted()) co_return Result<void>();
  const std::uint64_t now_s = SecondsSince1970(environment_.clock.Now());
  CO_TRY(const std::optional<Entry> removed, co_await committer_->Bury(key.text(), now_s));
  if (!removed) co_return Result<void>();
  co_return co_await RemoveContent(*removed);
}

// Who reads it now keeps it open. A crash before this leaves the file to the sweep.
Task<void> LocalEngine::RemoveContent(const Entry& removed) {
  if (!removed.large()) co_return Result<void>();
  const std::string path = large_files_.Path(removed.record.large_name);
  const Result<void> gone = co_await environment_.files.Remove(path);
  if (!gone) LogWarning("deleting: {}", gone.error().message());
  co_return Result<void>();
}

Task<std::optional<Known>> LocalEngine::Lookup(const ObjectKey& key) {
  CO_TRY(const std::optional<Entry> entry, co_await reader_->Lookup(key.text()));
  if (!entry) co_return std::optional<Known>();
  co_return std::optional<Known>(Known{entry->deleted(), entry->damaged, entry->record.object_bytes,
                                       entry->record.digest, entry->verified_at_s});
}

Task<bool> LocalEngine::Reread(const ObjectKey& key) {
  const ObjectCheck::Parts parts{environment_.clock, *reader_, *committer_};
  // Compaction can move it meanwhile; more often than this in a row something is wrong.
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    CO_TRY(std::optional<Entry> entry, co_await reader_->Lookup(key.text()));
    if (!entry) co_return false;
    ObjectCheck check(parts, {key.text(), *std::move(entry)});
    CO_TRY(const ObjectCheck::Found found, co_await check.Run(ending_));
    if (found != ObjectCheck::Found::kMoved) co_return found == ObjectCheck::Found::kDamaged;
  }
  co_return Error::Make(Code::kUnavailable, "reading {}: it is being moved all the time",
                        Shown(key.text()));
}

Task<ObjectList> LocalEngine::ObjectsAfter(const std::string& after) {
  constexpr std::size_t kEntriesAtOnce = 1000;
  Result<std::vector<IndexRow>> rows = std::vector<IndexRow>();
  co_await environment_.runner.Run([&] { rows = environment_.index.Next(after, kEntriesAtOnce); });
  CO_TRY_VOID(rows);
  ObjectList list;
  if (rows->size() == kEntriesAtOnce) list.next = rows->back().first;
  for (IndexRow& row : *rows)
    list.rows.push_back(
        {std::move(row.first), row.second.record.object_bytes, row.second.deleted()});
  co_return list;
}

Task<Changes> LocalEngine::ChangesAfter(ChangePosition after, std::size_t count) {
  co_return co_await change_feed_->Read(after, count);
}

ChangePosition LocalEngine::end_of_changes() const {
  const Place end = catalog_->log_end();
  return {end.volume, end.offset};
}

Task<void> LocalEngine::RefreshFreeBytes() {
  CO_TRY(const std::uint64_t free, co_await environment_.files.FreeBytes(options_.folder));
  free_bytes_ = free - std::min(free, options_.min_free_bytes);
  co_return Result<void>();
}

Task<void> LocalEngine::FlushIndex() {
  Result<void> flushed;
  co_await environment_.runner.Run([&] { flushed = environment_.index.Flush(); });
  co_return flushed;
}

Task<std::uint64_t> LocalEngine::Sweep() {
  // Files whose record may or may not be in the log are judged after the next start.
  if (committer_->stopped()) co_return std::uint64_t{0};
  co_return co_await large_files_.Sweep(environment_.index);
}

Task<bool> LocalEngine::Compact() { co_return co_await compactor_->Run(); }

Task<void> LocalEngine::Scrub(std::uint64_t budget_bytes) {
  co_return co_await scrubber_->Run(budget_bytes);
}

void LocalEngine::OnDamage(const std::function<void(const std::string&)>& listener) {
  for (const std::string& key : recovery_.damaged_keys) listener(key);
  committer_->OnDamage(listener);
}

Task<void> LocalEngine::Close() {
  co_await log_.Finish();
  co_return environment_.index.Flush();
}

Statistics LocalEngine::Describe() const {
  const Totals totals = catalog_->totals();
  const CommitterCounters commits = committer_->counters();
  std::uint64_t live_bytes = 0;
  for (const auto& [volume, bytes] : catalog_->live_bytes()) live_bytes += bytes;
  std::uint64_t volume_bytes = 0;
  const auto volumes = volumes_.List();
  for (const auto& volume : volumes) volume_bytes += volume->size_bytes;
  const auto stopped = committer_->stopped();
  return {
      {"objects", std::to_string(totals.objects)},
      {"object_bytes", std::to_string(totals.object_bytes)},
      {"volumes", std::to_string(volumes.size())},
      {"volume_bytes", std::to_string(volume_bytes)},
      {"volume_live_bytes", std::to_string(live_bytes)},
      {"free_bytes", std::to_string(free_bytes_.load())},
      {"commits", std::to_string(commits.batches)},
      {"committed_records", std::to_string(commits.records)},
      {"damaged_records_at_start", std::to_string(recovery_.damaged_records)},
      {"damaged_regions_at_start", std::to_string(recovery_.damaged_regions)},
      {"scrub_verified", std::to_string(scrubber_->verified())},
      {"scrub_damaged", std::to_string(scrubber_->damaged())},
      {"scrub_rewritten", std::to_string(scrubber_->rewritten())},
      {"writes", stopped ? "stopped: " + stopped->message() : "accepted"},
  };
}

}  // namespace yundisk::storage
