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

// A storage that died while it took the body over has it no more, and neither has anybody else.
Error SpoolError(std::string_view doing) {
  if (errno == ENOENT)
    return Error(Code::kUnavailable, "a storage stopped while it took the content; send it again");
  return Error::FromErrno(errno, doing);
}

Result<std::uint64_t> SizeOfFile(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return SpoolError("stat of a spooled body");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> ReadSome(int file, MutableByteView buffer) {
  for (;;) {
    const ssize_t count = read(file, buffer.data(), buffer.size());
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
  TRY(const StoredObject stored, Store(key, digest.crc32, content));
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

Result<StoredObject> Uploader::Store(const ContentKey& key, std::uint32_t crc32, ByteView content) {
  TRY(std::string file_id, pending_.Take(key.size_bytes));
  Result<void> stored = store_.Put(file_id, content);
  if (!stored && IsTroubleOfGroup(stored.error().code())) {
    TRY(const auto elsewhere, pending_.TakeElsewhere(file_id, key.size_bytes));
    if (!elsewhere) return stored.error();
    file_id = *elsewhere;
    stored = store_.Put(file_id, content);
  }
  if (!stored) return stored.error();
  return StoredObject{key, crc32, std::move(file_id)};
}

Result<StoredObject> Uploader::StoreSpooled(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  TRY(const std::uint64_t size_bytes, SizeOfFile(path));
  TRY(const std::string file_id, pending_.Take(size_bytes));
  Result<client::Digest> digest = store_.Adopt(file_id, size_bytes, name);
  if (!digest && digest.error().code() == Code::kUnavailable)
    digest = Stream(file_id, path, size_bytes);
  if (!digest) return digest.error();
  return StoredObject{{digest->sha256, size_bytes}, digest->crc32, file_id};
}

Result<client::Digest> Uploader::Stream(const std::string& file_id, const std::string& path,
                                        std::uint64_t size_bytes) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return SpoolError("open of a spooled body");
  ContentHasher hasher;
  const client::Source source = [&](MutableByteView buffer) -> Result<std::size_t> {
    TRY(const std::size_t count, ReadSome(file.number(), buffer));
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
