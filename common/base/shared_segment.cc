#include "common/base/shared_segment.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace yundisk {
namespace {

constexpr mode_t kMode = 0600;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<MutableByteView> Map(int fd, std::size_t size_bytes) {
  const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  void* const address = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (address == MAP_FAILED) return Error::FromErrno(errno, "map a shared segment");
  return MutableByteView(static_cast<std::byte*>(address), size_bytes);
}

bool HasLayout(int fd, std::uint64_t layout, std::size_t size_bytes) {
  struct stat status {};
  std::uint64_t found = 0;
  return fstat(fd, &status) == 0 && static_cast<std::size_t>(status.st_size) == size_bytes &&
         pread(fd, &found, sizeof found, 0) == sizeof found && found == layout;
}

// Under the lock. The new file takes its name only when it is complete.
Result<void> Make(const std::string& path, std::uint64_t layout, std::size_t size_bytes) {
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());
  const Descriptor file(open(fresh.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, kMode));
  if (file.get() < 0) return Error::FromErrno(errno, "create " + fresh);
  if (const int failed = posix_fallocate(file.get(), 0, static_cast<off_t>(size_bytes)))
    return Error::FromErrno(failed, "allocate " + fresh);
  if (pwrite(file.get(), &layout, sizeof layout, 0) != sizeof layout)
    return Error::FromErrno(errno, "write " + fresh);
  if (rename(fresh.c_str(), path.c_str()) != 0) return Error::FromErrno(errno, "rename " + fresh);
  return {};
}

}  // namespace

Result<SharedSegment> SharedSegment::Open(const std::string& path, std::uint64_t layout,
                                          std::size_t data_bytes) {
  const std::size_t size_bytes = kHeaderBytes + data_bytes;
  if (path.empty()) {
    TRY(const MutableByteView own, Map(-1, size_bytes));
    return SharedSegment(own);
  }
  const std::string lock_path = path + ".lock";
  const Descriptor lock(open(lock_path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, kMode));
  if (lock.get() < 0) return Error::FromErrno(errno, "open " + lock_path);
  if (flock(lock.get(), LOCK_EX) != 0) return Error::FromErrno(errno, "lock " + lock_path);
  {
    const Descriptor present(open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (present.get() < 0 || !HasLayout(present.get(), layout, size_bytes))
      TRY_VOID(Make(path, layout, size_bytes));
  }
  const Descriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.get() < 0) return Error::FromErrno(errno, "open " + path);
  TRY(const MutableByteView mapping, Map(file.get(), size_bytes));
  return SharedSegment(mapping);
}

SharedSegment::SharedSegment(SharedSegment&& other) noexcept
    : mapping_(std::exchange(other.mapping_, {})) {}

SharedSegment& SharedSegment::operator=(SharedSegment&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  return *this;
}

SharedSegment::~SharedSegment() {
  if (!mapping_.empty()) munmap(mapping_.data(), mapping_.size());
}

}  // namespace yundisk
