#include "cgi/disk/uploader.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/disk/content_digest.h"

namespace yundisk::disk {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string KeyText(const ContentKey& key) {
  std::array<std::byte, sizeof(std::uint64_t)> size;
  StoreBig(size.data(), key.size_bytes);
  return std::string(AsText(key.sha256)).append(AsText(size));
}

Result<std::uint64_t> SizeOfFile(int file) {
  struct stat status {};
  if (fstat(file, &status) != 0) return Error::FromErrno(errno, "fstat of a spooled body");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> ReadSome(int file, std::uint64_t offset, MutableByteView buffer) {
  for (;;) {
    const ssize_t count = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return Error::FromErrno(errno, "read of a spooled body");
  }
}

Result<void> CheckExpected(const UploadTarget& target, const Sha256& sha256) {
  if (!target.expected || *target.expected == sha256) return {};
  return Error::Make(Code::kDigestMismatch, "the content's SHA-256 is {}, not {}",
                     HexFromBytes(sha256), HexFromBytes(*target.expected));
}

// The upload certainly did not happen: TreeEdit::Put refused it for what it read, or the collector
// gave the object up (kTimeout). On any other error the transaction may have been committed.
bool IsRefusal(Code code) {
  return code == Code::kConflict || code == Code::kPreconditionFailed ||
         code == Code::kQuotaExceeded || code == Code::kUnauthenticated || code == Code::kTimeout;
}

// Another group may take it.
bool IsTroubleOfGroup(Code code) {
  return code == Code::kUnavailable || code == Code::kNoSpace || code == Code::kTooFewReplicas;
}

}  // namespace

Result<PutResult> Uploader::Upload(const UploadTarget& target, ByteView content) {
  const client::Digest digest = DigestOf(content);
  TRY_VOID(CheckExpected(target, digest.sha256));
  const ContentKey key{digest.sha256, content.size()};
  TRY(const bool may_be_stored, MayBeStored(key));
  if (may_be_stored) {
    TRY(auto done, committer_.Commit({target.user_id, target.path, target.conditions, key, {}}));
    if (done) return *std::move(done);
  }
  const auto put = [&](const std::string& file_id) -> Result<client::Digest> {
    TRY_VOID(store_.Put(file_id, content));
    return digest;
  };
  TRY(const StoredObject stored, Store(key.size_bytes, put));
  return CommitStored(target, stored);
}

Result<PutResult> Uploader::UploadSpooled(const UploadTarget& target, const std::string& folder,
                                          const std::string& name) {
  TRY(const StoredObject stored, StoreSpooled(folder, name));
  if (const Result<void> as_expected = CheckExpected(target, stored.key.sha256); !as_expected) {
    pending_.Discard(stored.file_id);
    return as_expected.error();
  }
  return CommitStored(target, stored);
}

Result<bool> Uploader::MayBeStored(const ContentKey& key) {
  if (recent_.Find(KeyText(key), 0)) return true;
  if (key.size_bytes <= kStoredUnseenBytes) return false;
  TRY(const auto session, pool_.Acquire());
  TRY(const auto rows,
      session->Query("SELECT 1 FROM blobs WHERE sha256 = ? AND size_bytes = ? AND live = 1",
                     {ByteView(key.sha256), key.size_bytes}));
  return !rows.empty();
}

Result<StoredObject> Uploader::Store(std::uint64_t size_bytes, const PutUnderId& put) {
  TRY(std::string file_id, pending_.Take(size_bytes));
  Result<client::Digest> digest = put(file_id);
  if (!digest && IsTroubleOfGroup(digest.error().code())) {
    TRY(const auto elsewhere, pending_.TakeElsewhere(file_id, size_bytes));
    if (!elsewhere) return digest.error();
    file_id = *elsewhere;
    digest = put(file_id);
  }
  if (!digest) return digest.error();
  return StoredObject{{digest->sha256, size_bytes}, digest->crc32, std::move(file_id)};
}

Result<StoredObject> Uploader::StoreSpooled(const std::string& folder, const std::string& name) {
  // Held open: a storage that dies while it takes the file over takes its name along, not its
  // bytes.
  const FileDescriptor file(open((folder + "/" + name).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return Error::FromErrno(errno, "open of a spooled body");
  TRY(const std::uint64_t size_bytes, SizeOfFile(file.number()));
  return Store(size_bytes, [&](const std::string& file_id) {
    auto digest = store_.Adopt(file_id, size_bytes, name);
    if (digest || digest.error().code() != Code::kUnavailable) return digest;
    return Stream(file_id, file.number(), size_bytes);
  });
}

Result<client::Digest> Uploader::Stream(const std::string& file_id, int file,
                                        std::uint64_t size_bytes) {
  ContentHasher hasher;
  std::uint64_t offset = 0;
  const client::Source source = [&](MutableByteView buffer) -> Result<std::size_t> {
    TRY(const std::size_t count, ReadSome(file, offset, buffer));
    offset += count;
    hasher.Update(buffer.first(count));
    return count;
  };
  TRY_VOID(store_.Put(file_id, size_bytes, source));
  return hasher.Finish();
}

Result<PutResult> Uploader::CommitStored(const UploadTarget& target, const StoredObject& stored) {
  auto done =
      committer_.Commit({target.user_id, target.path, target.conditions, stored.key, stored});
  if (!done) {
    if (IsRefusal(done.error().code())) pending_.Discard(stored.file_id);
    return done.error();
  }
  CHECK(done->has_value());  // what is stored is never asked for again
  if (!(*done)->stored_was_used) pending_.Discard(stored.file_id);
  recent_.Insert(KeyText(stored.key), true, sizeof(ContentKey), 0);
  return **std::move(done);
}

}  // namespace yundisk::disk
