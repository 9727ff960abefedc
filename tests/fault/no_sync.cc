// A disk that lies, for one program: preloaded, it makes fsync, fdatasync and syncfs promise
// nothing. A power-cut test that still passes with it would prove nothing.
//
// Environment: NO_SYNC_PROGRAM names the program (as in /proc/PID/comm) that is lied to; others
// that inherit the preload are left alone.
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {

bool Lies() {
  static const bool lies = [] {
    const char* program = std::getenv("NO_SYNC_PROGRAM");
    return program != nullptr && std::strcmp(program, program_invocation_short_name) == 0;
  }();
  return lies;
}

int Honest(const char* name, int file) {
  using Sync = int (*)(int);
  const auto sync = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name));
  return sync(file);
}

}  // namespace

extern "C" {
int fsync(int file) { return Lies() ? 0 : Honest("fsync", file); }
int fdatasync(int file) { return Lies() ? 0 : Honest("fdatasync", file); }
int syncfs(int file) noexcept { return Lies() ? 0 : Honest("syncfs", file); }
}
