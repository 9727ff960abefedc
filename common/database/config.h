// [database]: how the programs of a machine reach MariaDB.
#pragma once

#include "common/base/config.h"
#include "common/database/database.h"

namespace yundisk::db {

struct DatabaseConfig {
  Options options;

  void Describe(ConfigFields& fields) {
    fields.Text("database.socket", options.socket);
    fields.TextList("database.hosts", options.hosts);
    fields.Text("database.user", options.user);
    fields.Text("database.name", options.name);
    fields.Integer("database.pool_size", options.pool_size, {1, 256});
    fields.Duration("database.connect_timeout_ms", options.connect_timeout, {1, 60000});
    fields.Duration("database.acquire_timeout_ms", options.acquire_timeout, {1, 60000});
    fields.Duration("database.statement_timeout_s", options.statement_timeout, {1, 3600});
  }
};

// Loads the table and takes the password from YUNDISK_DATABASE_PASSWORD (absent: empty).
Result<Options> LoadOptions(const ConfigFile& file);

}  // namespace yundisk::db
