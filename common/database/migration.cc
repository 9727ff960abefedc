#include "common/database/migration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <mysqld_error.h>
#include <sodium/crypto_hash_sha256.h>

#include "common/base/log.h"

namespace yundisk::db {
namespace {

constexpr std::size_t kNumberDigits = 4;
constexpr std::string_view kLockName = "yundisk_migrate";

// Where in the text the SQL reader is.
class Splitter {
 public:
  explicit Splitter(std::string_view sql) : rest_(sql) {}

  std::vector<std::string> Run() {
    while (!rest_.empty()) {
      if (rest_.starts_with("--")) {
        SkipTo(rest_.find('\n'));
      } else if (rest_.starts_with("/*")) {
        const std::size_t end = rest_.find("*/");
        SkipTo(end == std::string_view::npos ? end : end + 2);
      } else if (const char c = rest_.front(); c == '\'' || c == '"' || c == '`') {
        TakeQuoted(c);
      } else if (c == ';') {
        EndStatement();
        rest_.remove_prefix(1);
      } else {
        Take(1);
      }
    }
    EndStatement();
    return std::move(statements_);
  }

 private:
  void SkipTo(std::size_t end) { rest_.remove_prefix(std::min(end, rest_.size())); }
  void Take(std::size_t count) {
    statement_.append(rest_.substr(0, count));
    rest_.remove_prefix(std::min(count, rest_.size()));
  }
  // A doubled quote reads as two quoted parts side by side, which splits the same.
  void TakeQuoted(char quote) {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2 : 1;
    Take(end + 1);
  }
  void EndStatement() {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = statement_.find_first_not_of(kBlank);
    if (first != std::string::npos)
      statements_.push_back(
          statement_.substr(first, statement_.find_last_not_of(kBlank) + 1 - first));
    statement_.clear();
  }

  std::string_view rest_;
  std::string statement_;
  std::vector<std::string> statements_;
};

Result<Migration> ReadMigration(const std::filesystem::path& path) {
  Migration migration{0, path.filename().string(), {}, {}};
  const char* const digits = migration.name.data();
  const bool long_enough = migration.name.size() > kNumberDigits;
  if (!long_enough || migration.name[kNumberDigits] != '_' ||
      std::from_chars(digits, digits + kNumberDigits, migration.number).ptr !=
          digits + kNumberDigits)
    return Error::Make(Code::kBadRequest, "migration '{}' is not named like 0001_name.sql",
                       migration.name);
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return Error::Make(Code::kIo, "cannot read migration {}", path.string());
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(migration.checksum.data()),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  migration.statements = SplitStatements(text);
  return migration;
}

// True when a statement failed only because its effect is there already: the run before was killed
// between the statement and its record.
bool DoneAlready(const Session& session) {
  constexpr std::array kNumbers{ER_TABLE_EXISTS_ERROR, ER_BAD_TABLE_ERROR, ER_DUP_FIELDNAME,
                                ER_DUP_KEYNAME, ER_CANT_DROP_FIELD_OR_KEY};
  return std::ranges::find(kNumbers, static_cast<int>(session.LastErrorNumber())) != kNumbers.end();
}

class Runner {
 public:
  explicit Runner(Session& session) : session_(session) {}

  Result<void> Prepare() {
    TRY_VOID(
        session_.Execute("CREATE TABLE IF NOT EXISTS schema_migrations ("
                         "number INT UNSIGNED NOT NULL PRIMARY KEY, name VARBINARY(255) NOT NULL, "
                         "sha256 BINARY(32) NOT NULL, statements_done INT UNSIGNED NOT NULL, "
                         "applied_at TIMESTAMP NULL) ENGINE = InnoDB"));
    return {};
  }

  // True when there was something to do.
  Result<bool> Apply(const Migration& migration) {
    TRY(const auto rows, session_.Query("SELECT sha256, statements_done, applied_at IS NOT NULL "
                                        "FROM schema_migrations WHERE number = ?",
                                        {std::uint64_t{migration.number}}));
    std::uint64_t done = 0;
    if (!rows.empty()) {
      if (rows[0].Digest(0) != migration.checksum)
        return Error::Make(Code::kConflict,
                           "migration {} was changed after it had been applied; restore the file "
                           "and put the change into a new one",
                           migration.name);
      if (rows[0].Int(2) != 0) return false;
      done = rows[0].Unsigned(1);
      LogWarning("migration {} was interrupted; continuing after statement {}", migration.name,
                 done);
    } else {
      TRY_VOID(
          session_.Execute("INSERT INTO schema_migrations VALUES (?, ?, ?, 0, NULL)",
                           {std::uint64_t{migration.number}, migration.name, migration.checksum}));
    }
    TRY_VOID(RunFrom(migration, done, !rows.empty()));
    return true;
  }

  // A database that is ahead of the files belongs to a newer program.
  Result<void> RefuseUnknown(std::size_t known) {
    TRY(const auto rows, session_.Query("SELECT number, name FROM schema_migrations "
                                        "WHERE number > ? ORDER BY number LIMIT 1",
                                        {std::uint64_t{known}}));
    if (rows.empty()) return {};
    return Error::Make(Code::kConflict,
                       "the database has migration {}, which this version does not know; run the "
                       "newer version",
                       rows[0].Text(1));
  }

 private:
  Result<void> RunFrom(const Migration& migration, std::uint64_t first, bool resumed) {
    for (std::uint64_t i = first; i < migration.statements.size(); ++i) {
      const auto ran = session_.Execute(migration.statements[i]);
      const bool tolerable = resumed && i == first;
      if (!ran && !(tolerable && DoneAlready(session_)))
        return ran.error().Within(fmt::format("migration {}", migration.name));
      TRY_VOID(session_.Execute("UPDATE schema_migrations SET statements_done = ? WHERE number = ?",
                                {i + 1, std::uint64_t{migration.number}}));
    }
    TRY_VOID(session_.Execute("UPDATE schema_migrations SET applied_at = NOW() WHERE number = ?",
                              {std::uint64_t{migration.number}}));
    LogInfo("migration {} applied", migration.name);
    return {};
  }

  Session& session_;
};

// The named lock of the database, held for the scope.
class MigrationLock {
 public:
  static Result<MigrationLock> Take(Session& session) {
    TRY(const auto rows,
        session.Query("SELECT GET_LOCK(?, ?)", {kLockName, kMigrationLockWaitSeconds}));
    if (rows.at(0).IsNull(0) || rows[0].Int(0) != 1)
      return Error(Code::kUnavailable, "another run of the migrations holds their lock");
    return MigrationLock(session);
  }
  MigrationLock(MigrationLock&& other) noexcept
      : session_(std::exchange(other.session_, nullptr)) {}
  MigrationLock& operator=(MigrationLock&&) = delete;
  ~MigrationLock() {
    if (session_ == nullptr) return;
    const auto released = session_->Query("SELECT RELEASE_LOCK(?)", {kLockName});
    if (!released) LogWarning("release the migrations' lock: {}", released.error().message());
  }

 private:
  explicit MigrationLock(Session& session) : session_(&session) {}
  Session* session_;
};

}  // namespace

std::vector<std::string> SplitStatements(std::string_view sql) { return Splitter(sql).Run(); }

Result<std::vector<Migration>> ReadMigrations(const std::string& directory) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".sql") paths.push_back(entry.path());
  if (error)
    return Error::Make(Code::kIo, "read the migrations in {}: {}", directory, error.message());
  std::ranges::sort(paths);
  std::vector<Migration> migrations;
  for (const auto& path : paths) {
    TRY(Migration migration, ReadMigration(path));
    if (migration.number != migrations.size() + 1)
      return Error::Make(Code::kBadRequest, "migration '{}' should have the number {}",
                         migration.name, migrations.size() + 1);
    migrations.push_back(std::move(migration));
  }
  return migrations;
}

Result<std::size_t> Migrate(Session& session, const std::vector<Migration>& migrations) {
  TRY(const MigrationLock lock, MigrationLock::Take(session));
  Runner runner(session);
  TRY_VOID(runner.Prepare());
  TRY_VOID(runner.RefuseUnknown(migrations.size()));
  std::size_t applied = 0;
  for (const Migration& migration : migrations) {
    TRY(const bool changed, runner.Apply(migration));
    if (changed) ++applied;
  }
  return applied;
}

}  // namespace yundisk::db
