#include "storage_core/cli/file_descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace yundisk::cli {
namespace {

constexpr mode_t kNewFileMode = 0666;  // less the umask
constexpr const char* kPartSuffix = ".part";

}  // namespace

FileDescriptor::FileDescriptor(int descriptor, std::string path, bool owned)
    : descriptor_(descriptor), path_(std::move(path)), owned_(owned) {}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : descriptor_(other.descriptor_),
      path_(std::move(other.path_)),
      owned_(std::exchange(other.owned_, false)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(owned_, other.owned_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (owned_) ::close(descriptor_);
}

Result<FileDescriptor> FileDescriptor::ForReading(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error::FromErrno(errno, fmt::format("opening {}", path));
  return FileDescriptor(descriptor, path, true);
}

FileDescriptor FileDescriptor::StandardOutput() {
  return {STDOUT_FILENO, "standard output", false};
}

Result<std::uint64_t> FileDescriptor::RegularSize() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0)
    return Error::FromErrno(errno, fmt::format("looking at {}", path_));
  if (!S_ISREG(status.st_mode))
    return Error::Make(Code::kBadRequest, "{} is not a regular file", path_);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> FileDescriptor::Read(MutableByteView buffer) const {
  for (;;) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return Error::FromErrno(errno, fmt::format("reading {}", path_));
  }
}

Result<void> FileDescriptor::WriteAll(ByteView bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0)
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      return Error::FromErrno(errno, fmt::format("writing {}", path_));
  }
  return {};
}

Result<void> FileDescriptor::Sync() const {
  if (::fsync(descriptor_) != 0) return Error::FromErrno(errno, fmt::format("syncing {}", path_));
  return {};
}

Result<NewFile> NewFile::Create(const std::string& path) {
  const std::string part = path + kPartSuffix;
  const int descriptor =
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kNewFileMode);
  if (descriptor < 0) return Error::FromErrno(errno, fmt::format("creating {}", part));
  return NewFile(FileDescriptor(descriptor, part, true), path);
}

NewFile::NewFile(FileDescriptor descriptor, std::string path)
    : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), path_(std::exchange(other.path_, {})) {}

NewFile::~NewFile() {
  if (!path_.empty()) ::unlink((path_ + kPartSuffix).c_str());
}

Result<void> NewFile::Publish() {
  TRY_VOID(descriptor_.Sync());
  if (std::rename((path_ + kPartSuffix).c_str(), path_.c_str()) != 0)
    return Error::FromErrno(errno, fmt::format("renaming to {}", path_));
  path_.clear();
  return {};
}

}  // namespace yundisk::cli
