// Migrations: numbered SQL files, applied once and in order, never changed afterwards.
//
// A file is named "0001_what_it_does.sql"; numbers start at 1 without gaps. The table
// schema_migrations records each file's SHA-256 and how many of its statements are done, because
// MariaDB commits every DDL statement on its own: a run that was killed is continued at the
// statement it had reached. A file that differs from what was applied stops the run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::db {

struct Migration {
  std::uint32_t number;
  std::string name;  // the file's name
  Sha256 checksum;
  std::vector<std::string> statements;
};

// The statements of an SQL text: split at ';' outside quotes and comments, comments left out.
std::vector<std::string> SplitStatements(std::string_view sql);

// The migrations of a folder in order; kBadRequest when a name or the numbering is wrong.
Result<std::vector<Migration>> ReadMigrations(const std::string& directory);

// Applies what is missing and tells how many files that were. One runner at a time (a named lock in
// the database; the others wait up to kMigrationLockWaitSeconds).
Result<std::size_t> Migrate(Session& session, const std::vector<Migration>& migrations);

inline constexpr std::int64_t kMigrationLockWaitSeconds = 60;

}  // namespace yundisk::db
