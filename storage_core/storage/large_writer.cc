#include "storage_core/storage/large_writer.h"

#include <algorithm>
#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/base/log.h"
#include "storage_core/storage/content.h"
#include "storage_core/storage/one_shot.h"
#include "storage_core/storage/reread_content.h"

namespace yundisk::storage {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
// How much is written between two hints to the kernel to begin bringing it to the disk.
constexpr std::uint64_t kWritebackBytes = std::uint64_t{8} << 20;

boost::asio::awaitable<void> SyncInto(File& file, OneShot<Result<void>>& done) {
  done.Set(co_await file.Sync());
}

// Whether the file is, or may be, the content of an object from now on.
bool Needed(const Result<Committer::Stored>& stored) {
  return stored ? !stored->already : !NothingWritten(stored.error());
}

void LogFailure(const Result<void>& tidied) {
  if (!tidied) LogWarning("tidying up after an upload: {}", tidied.error().message());
}

}  // namespace

Task<void> LargeWriter::Put(const std::string& key, std::uint64_t size_bytes, ContentSource& source,
                            ContentWatcher& watcher) {
  const auto in_flight = parts_.large_files.NewName();
  const LargeName& name = in_flight->name();
  const std::string path = parts_.large_files.Path(name);
  CO_TRY(const auto file, co_await parts_.files.Open(path, OpenMode::kCreate));
  const Result<Hashed> hashed = co_await Fill(*file, name, size_bytes, source, watcher);
  if (!hashed) {
    LogFailure(co_await parts_.files.Remove(path));
    co_return hashed.error();
  }
  const Result<Committer::Stored> stored = co_await Commit(key, name, *file, *hashed);
  if (!Needed(stored)) LogFailure(co_await parts_.files.Remove(path));
  if (!stored) co_return stored.error();
  co_return co_await RemoveReplaced(*stored);
}

Task<Digest> LargeWriter::Adopt(const std::string& key, std::uint64_t size_bytes,
                                const std::string& from, ContentWatcher& watcher) {
  const auto in_flight = parts_.large_files.NewName();
  const LargeName& name = in_flight->name();
  const std::string path = parts_.large_files.Path(name);
  CO_TRY(const auto file, co_await parts_.files.Open(from, OpenMode::kReadWrite));
  CO_TRY_VOID(co_await parts_.files.Rename(from, path));
  const Result<Hashed> hashed = co_await HashWhileSyncing(*file, name, size_bytes, watcher);
  if (!hashed) {
    // After a failed sync nobody may take it over once more: the next sync would succeed, and what
    // it lacks would still be lost.
    if (!parts_.committer.stopped()) LogFailure(co_await parts_.files.Rename(path, from));
    co_return hashed.error();
  }
  const Result<Committer::Stored> stored = co_await Commit(key, name, *file, *hashed);
  if (!stored) {
    if (!Needed(stored)) LogFailure(co_await parts_.files.Rename(path, from));
    co_return stored.error();
  }
  if (!Needed(stored)) LogFailure(co_await parts_.files.Remove(path));
  CO_TRY_VOID(co_await RemoveReplaced(*stored));
  co_return hashed->digest;
}

Task<void> LargeWriter::RemoveReplaced(const Committer::Stored& stored) {
  if (!stored.replaced || !stored.replaced->large()) co_return Result<void>();
  const std::string path = parts_.large_files.Path(stored.replaced->record.large_name);
  LogFailure(co_await parts_.files.Remove(path));
  co_return Result<void>();
}

Task<void> LargeWriter::SecureName(const LargeName& name) {
  const std::string folder = parts_.large_files.FolderOf(name);
  const Result<void> synced = co_await parts_.files.SyncFolder(folder);
  co_return Secured(synced);
}

Result<void> LargeWriter::Secured(const Result<void>& synced) {
  if (!synced) parts_.committer.Stop(synced.error());
  return synced;
}

Task<LargeWriter::Hashed> LargeWriter::Fill(File& file, const LargeName& name,
                                            std::uint64_t size_bytes, ContentSource& source,
                                            ContentWatcher& watcher) {
  CO_TRY(Hashed hashed, co_await Receive(file, size_bytes, source, watcher));
  FileReread again(file, size_bytes);
  CO_TRY_VOID(co_await watcher.BeforeCommit(hashed.digest, again));
  const Result<void> synced = co_await file.Sync();
  CO_TRY_VOID(Secured(synced));
  // Sync the folder as well: without it a power cut can take the file's name.
  CO_TRY_VOID(co_await SecureName(name));
  co_return hashed;
}

Task<LargeWriter::Hashed> LargeWriter::Receive(File& file, std::uint64_t size_bytes,
                                               ContentSource& source, ContentWatcher& watcher) {
  ContentHasher hasher(BlockBytesFor(size_bytes));
  Bytes buffer(kPieceBytes);
  std::uint64_t at = 0;
  std::uint64_t hinted = 0;
  while (at < size_bytes) {
    std::size_t filled = 0;
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size_bytes - at);
    while (filled < wanted) {
      const MutableByteView rest = MutableByteView(buffer).subspan(filled, wanted - filled);
      CO_TRY(const std::size_t got, co_await source.Read(rest));
      filled += got;
    }
    const std::array<ByteView, 1> pieces{ByteView(buffer).first(filled)};
    co_await parts_.runner.Run([&] { hasher.Update(pieces.front()); });
    CO_TRY_VOID(co_await watcher.OnPiece(pieces.front()));
    CO_TRY_VOID(co_await file.WriteAt(at, pieces));
    at += filled;
    if (at - hinted >= kWritebackBytes) {
      file.StartWriteback(hinted, at - hinted);
      hinted = at;
    }
  }
  const Digest digest = hasher.Finish();
  co_return Hashed{digest, hasher.block_crcs()};
}

Task<LargeWriter::Hashed> LargeWriter::HashWhileSyncing(File& file, const LargeName& name,
                                                        std::uint64_t size_bytes,
                                                        ContentWatcher& watcher) {
  OneShot<Result<void>> synced;
  boost::asio::co_spawn(co_await boost::asio::this_coro::executor, SyncInto(file, synced),
                        boost::asio::detached);
  Result<Hashed> hashed = co_await Hash(file, size_bytes, watcher);
  const Result<void> content_synced = co_await synced.Wait();
  CO_TRY_VOID(Secured(content_synced));
  if (!hashed) co_return hashed.error();
  // Sync the folder as well: without it a power cut can undo the rename.
  CO_TRY_VOID(co_await SecureName(name));
  co_return hashed;
}

Task<LargeWriter::Hashed> LargeWriter::Hash(File& file, std::uint64_t size_bytes,
                                            ContentWatcher& watcher) {
  ContentHasher hasher(BlockBytesFor(size_bytes));
  Bytes buffer(kPieceBytes);
  for (std::uint64_t at = 0; at < size_bytes;) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_bytes - at));
    CO_TRY(const std::size_t got, co_await file.ReadAt(at, MutableByteView(buffer).first(wanted)));
    if (got != wanted)
      co_return Error::Make(Code::kBadRequest, "adopting a file: it ends at byte {}", at + got);
    const ByteView piece = ByteView(buffer).first(got);
    co_await parts_.runner.Run([&] { hasher.Update(piece); });
    CO_TRY_VOID(co_await watcher.OnPiece(piece));
    at += got;
  }
  const Digest digest = hasher.Finish();
  FileReread again(file, size_bytes);
  CO_TRY_VOID(co_await watcher.BeforeCommit(digest, again));
  co_return Hashed{digest, hasher.block_crcs()};
}

Task<Committer::Stored> LargeWriter::Commit(const std::string& key, const LargeName& name,
                                            File& file, const Hashed& hashed) {
  CO_TRY(const FileFacts facts, co_await file.Facts());
  const std::size_t table_bytes = hashed.block_crcs.size() * sizeof(std::uint32_t);
  RecordBuffer buffer(key, table_bytes);
  EncodeChecksums(hashed.block_crcs, buffer.payload());
  Record record;
  record.kind = RecordKind::kLarge;
  record.object_bytes = facts.size_bytes;
  record.written_at_s = SecondsSince1970(parts_.clock.Now());
  record.large_name = name;
  record.block_bytes = BlockBytesFor(facts.size_bytes);
  record.modified_ns = facts.modified_ns;
  record.changed_ns = facts.changed_ns;
  record.digest = hashed.digest;
  record.payload_crc32 = Crc32(buffer.payload());
  co_return co_await parts_.committer.Put(key, record, std::move(buffer));
}

}  // namespace yundisk::storage
