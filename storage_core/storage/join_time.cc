#include "storage_core/storage/join_time.h"

#include <fstream>

#include "common/base/log.h"

namespace yundisk::storage {

std::uint64_t ReadJoinTime(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t time_s = 0;
  return file >> time_s ? time_s : 0;
}

void WriteJoinTime(const std::string& path, std::uint64_t time_s) {
  std::ofstream file(path, std::ios::trunc);
  file << time_s << '\n';
  if (!file.flush()) LogWarning("writing {} failed", path);
}

}  // namespace yundisk::storage
