// Cuts the power of one file system: what has not reached the disk by now never will.
//
//   ext4_shutdown MOUNT_POINT
//
// Uses the kernel's own testing aid (EXT4_IOC_SHUTDOWN without flushing the journal). Every later
// access fails until the file system is unmounted and mounted again. Needs root.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace {
// linux/fs/ext4/ext4.h; not among the exported headers.
constexpr unsigned long kExt4IocShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kNoLogFlush = 2;
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ext4_shutdown MOUNT_POINT\n");
    return 2;
  }
  const int directory = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::uint32_t flags = kNoLogFlush;
  if (directory < 0 || ioctl(directory, kExt4IocShutdown, &flags) != 0) {
    std::perror(argv[1]);
    return 1;
  }
}
