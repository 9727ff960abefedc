#include "cgi/upload/spool.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/base/log.h"

namespace yundisk::upload {
namespace {

namespace fs = std::filesystem;

bool AllDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "4/00/0000000004", and nothing that could lead elsewhere.
bool IsBodyName(std::string_view name) {
  constexpr std::size_t kNumberAt = 5;
  return name.size() > kNumberAt && name[1] == '/' && name[4] == '/' &&
         AllDigits(name.substr(0, 1)) && AllDigits(name.substr(2, 2)) &&
         AllDigits(name.substr(kNumberAt));
}

// True when the file was removed.
bool RemoveIfStale(const std::string& path, std::int64_t now_s) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (now_s - status.st_mtim.tv_sec < std::chrono::seconds(kStaleAfter).count()) return false;
  std::error_code failed;
  const bool removed = fs::remove(path, failed);
  if (failed) LogWarning("remove the stale body {}: {}", path, failed.message());
  return removed;
}

}  // namespace

Result<SpooledBody> FindSpooled(const std::string& spool_directory, std::string_view file) {
  const bool below = file.size() > spool_directory.size() + 1 &&
                     file.starts_with(spool_directory) && file[spool_directory.size()] == '/';
  if (!below || !IsBodyName(file.substr(spool_directory.size() + 1)))
    return Error::Make(Code::kInternal, "'{}' is no body in the spool '{}'", file, spool_directory);
  SpooledBody body{std::string(file.substr(spool_directory.size() + 1)), 0};
  struct stat status {};
  if (lstat((spool_directory + "/" + body.name).c_str(), &status) != 0)
    return Error::FromErrno(errno, "find a spooled body");
  if (!S_ISREG(status.st_mode))
    return Error::Make(Code::kInternal, "the spooled body '{}' is not a plain file", body.name);
  body.size_bytes = static_cast<std::uint64_t>(status.st_size);
  return body;
}

Result<void> CheckFreeSpace(const std::string& spool_directory, std::uint64_t size_bytes) {
  struct statvfs status {};
  if (statvfs(spool_directory.c_str(), &status) != 0)
    return Error::FromErrno(errno, "ask for the free space of the spool");
  const std::uint64_t free_bytes = std::uint64_t{status.f_bavail} * status.f_frsize;
  if (free_bytes >= kFreeBytesKept && free_bytes - kFreeBytesKept >= size_bytes) return {};
  return Error::Make(Code::kNoSpace, "{} bytes do not fit on the disk", size_bytes);
}

std::size_t SweepSpool(const std::string& spool_directory, WallTime now) {
  const auto now_s = static_cast<std::int64_t>(SecondsSince1970(now));
  std::size_t removed = 0;
  std::error_code failed;
  fs::recursive_directory_iterator it(spool_directory, failed);
  for (; !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
    const std::string path = it->path().string();
    if (path.size() <= spool_directory.size() + 1) continue;
    if (IsBodyName(std::string_view(path).substr(spool_directory.size() + 1)) &&
        RemoveIfStale(path, now_s))
      ++removed;
  }
  if (failed) LogWarning("sweep of the spool {}: {}", spool_directory, failed.message());
  return removed;
}

}  // namespace yundisk::upload
