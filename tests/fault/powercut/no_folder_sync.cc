// A disk that forgets names: preloaded, it makes syncing a folder promise nothing. A power-cut test
// that still passes with it would prove nothing about renames.
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" int fsync(int file) {
  struct stat status {};
  if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) return 0;
  using Sync = int (*)(int);
  return reinterpret_cast<Sync>(dlsym(RTLD_NEXT, "fsync"))(file);
}
