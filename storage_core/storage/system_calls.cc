#include "storage_core/storage/system_calls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace yundisk::storage::system_calls {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;

// Calls again while a signal interrupts.
template <typename Call>
auto Repeat(Call call) {
  while (true) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Error Failed(std::string_view doing, std::string_view path) {
  return Error::FromErrno(errno, fmt::format("{} {}", doing, path));
}

// Drops the first `count` bytes of the vectors.
void Consume(std::span<iovec>& vectors, std::size_t count) {
  while (!vectors.empty() && count >= vectors.front().iov_len) {
    count -= vectors.front().iov_len;
    vectors = vectors.subspan(1);
  }
  if (count == 0) return;
  vectors.front().iov_base = static_cast<std::byte*>(vectors.front().iov_base) + count;
  vectors.front().iov_len -= count;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Result<Descriptor> Open(const std::string& path, int flags) {
  const int number =
      Repeat([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kFileMode); });
  if (number >= 0) return Descriptor(number);
  if (errno == EEXIST) return Error::Make(Code::kExists, "creating {}: it exists", path);
  return Failed("opening", path);
}

Result<std::size_t> ReadAt(int file, std::uint64_t offset, MutableByteView into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = Repeat([&] {
      return ::pread(file, into.data() + done, into.size() - done,
                     static_cast<off_t>(offset + done));
    });
    if (got < 0) return Error::FromErrno(errno, "reading");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::size_t ReadCachedAt(int file, std::uint64_t offset, MutableByteView into) {
  const iovec vector{into.data(), into.size()};
  const ssize_t got = ::preadv2(file, &vector, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

Result<void> WriteAt(int file, std::uint64_t offset, std::span<const ByteView> pieces) {
  std::vector<iovec> all;
  all.reserve(pieces.size());
  for (const ByteView piece : pieces)
    if (!piece.empty()) all.push_back({const_cast<std::byte*>(piece.data()), piece.size()});
  std::span<iovec> left(all);
  while (!left.empty()) {
    const int count = static_cast<int>(std::min<std::size_t>(left.size(), IOV_MAX));
    const ssize_t written =
        Repeat([&] { return ::pwritev(file, left.data(), count, static_cast<off_t>(offset)); });
    if (written < 0) return Error::FromErrno(errno, "writing");
    offset += static_cast<std::uint64_t>(written);
    Consume(left, static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> SyncData(int file) {
  if (::fdatasync(file) != 0) return Error::FromErrno(errno, "syncing");
  return {};
}

Result<void> SyncFolder(const std::string& path) {
  TRY(const Descriptor folder, Open(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(folder.number()) != 0) return Failed("syncing the folder", path);
  return {};
}

Result<FileFacts> Facts(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return Error::FromErrno(errno, "looking at a file");
  FileFacts facts;
  facts.regular = S_ISREG(status.st_mode);
  facts.mine = status.st_uid == ::geteuid();
  facts.links = status.st_nlink;
  facts.size_bytes = static_cast<std::uint64_t>(status.st_size);
  facts.modified_ns = Nanoseconds(status.st_mtim);
  facts.changed_ns = Nanoseconds(status.st_ctim);
  return facts;
}

Result<void> RenameToNew(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return Error::Make(Code::kExists, "renaming to {}: it exists", to);
  if (errno == EXDEV)
    return Error::Make(Code::kUnavailable, "renaming {} to {}: on another file system", from, to);
  return Failed("renaming", fmt::format("{} to {}", from, to));
}

Result<void> Remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return Failed("removing", path);
  return {};
}

Result<void> MakeFolder(const std::string& path) {
  if (::mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST)
    return Failed("making the folder", path);
  return {};
}

Result<std::vector<std::string>> List(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
       at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) return Error::FromErrno(error.value(), fmt::format("listing {}", path));
  std::ranges::sort(names);
  return names;
}

Result<std::uint64_t> FreeBytes(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return Failed("asking for free space of", path);
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace yundisk::storage::system_calls
