#include "tests/fault/powercut/loop_disk.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace yundisk::powercut {
namespace {

constexpr std::uint64_t kDiskBytes = std::uint64_t{512} << 20;
constexpr int kUnmountAttempts = 50;
constexpr std::chrono::milliseconds kUnmountPause{20};

// linux/fs/ext4/ext4.h; not among the exported headers.
constexpr unsigned long kExt4IocShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kNoLogFlush = 2;

Result<void> Shell(const std::string& command) {
  if (std::system((command + " > /dev/null 2>&1").c_str()) == 0) return {};
  return Error::Make(Code::kUnavailable, "'{}' failed", command);
}

Result<void> Shutdown(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Error::FromErrno(errno, "opening " + path);
  std::uint32_t flags = kNoLogFlush;
  const int done = ::ioctl(folder, kExt4IocShutdown, &flags);
  const int error_number = errno;
  ::close(folder);
  if (done != 0) return Error::FromErrno(error_number, "shutting down " + path);
  return {};
}

// The loop device may be busy for a moment after the last process has gone.
Result<void> Unmount(const std::string& path) {
  Result<void> unmounted;
  for (int attempt = 0; attempt < kUnmountAttempts; ++attempt) {
    unmounted = Shell("umount " + path);
    if (unmounted) return unmounted;
    std::this_thread::sleep_for(kUnmountPause);
  }
  return unmounted;
}

}  // namespace

Result<LoopDisk> LoopDisk::Make(const std::string& folder) {
  if (::geteuid() != 0) return Error(Code::kUnavailable, "mounting needs root");
  const std::string image = folder + "/disk.img";
  const std::string path = folder + "/disk";
  std::filesystem::create_directories(path);
  TRY_VOID(Shell(fmt::format("truncate -s {} {}", kDiskBytes, image)));
  TRY_VOID(Shell("mkfs.ext4 -q -F " + image));
  TRY_VOID(Shell(fmt::format("mount -o loop {} {}", image, path)));
  return LoopDisk(image, path);
}

LoopDisk::LoopDisk(LoopDisk&& other) noexcept
    : image_(std::move(other.image_)), path_(std::exchange(other.path_, {})) {}

LoopDisk::~LoopDisk() {
  if (!path_.empty()) static_cast<void>(Unmount(path_));
}

Result<void> LoopDisk::Cut() {
  TRY_VOID(Shutdown(path_));
  TRY_VOID(Unmount(path_));
  return Shell(fmt::format("mount -o loop {} {}", image_, path_));
}

}  // namespace yundisk::powercut
