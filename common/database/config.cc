#include "common/database/config.h"

#include <cstdlib>

namespace yundisk::db {

Result<Options> LoadOptions(const ConfigFile& file) {
  TRY(DatabaseConfig config, file.Load<DatabaseConfig>());
  if (const char* password = std::getenv("YUNDISK_DATABASE_PASSWORD"))
    config.options.password = password;
  if (config.options.socket.empty() && config.options.hosts.empty())
    return Error(Code::kBadRequest, "[database] needs 'socket' or 'hosts'");
  return config.options;
}

}  // namespace yundisk::db
