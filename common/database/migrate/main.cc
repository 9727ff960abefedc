// migrate --config FILE --directory sql: brings the database's tables to this version.
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "common/base/shared_config.h"
#include "common/database/config.h"
#include "common/database/database.h"
#include "common/database/migration.h"

namespace yundisk {
namespace {

// Rewriting a large table takes long.
constexpr std::chrono::seconds kMigrationStatementTimeout{6 * 3600};

Result<std::size_t> Run(const std::string& config_path, const std::string& directory) {
  TRY(const ConfigFile file, ConfigFile::Read(config_path));
  TRY(db::Options options, db::LoadOptions(file));
  options.statement_timeout = kMigrationStatementTimeout;
  TRY(const auto migrations, db::ReadMigrations(directory));
  db::Pool pool(options);
  TRY(const auto session, pool.Acquire());
  return db::Migrate(*session, migrations);
}

}  // namespace
}  // namespace yundisk

int main(int argc, char** argv) {
  CLI::App app("Brings the tables of yundisk's database to this version.", "migrate");
  std::string config_path;
  std::string directory = "sql";
  app.add_option("--config", config_path, "the configuration file")->required();
  app.add_option("--directory", directory, "where the numbered .sql files are");
  CLI11_PARSE(app, argc, argv);

  yundisk::StartLog("migrate", yundisk::LogLevel::kInfo);
  const auto applied = yundisk::Run(config_path, directory);
  if (!applied) {
    yundisk::LogError("{}", applied.error().message());
    return 1;
  }
  std::printf("%zu applied\n", *applied);
  return 0;
}
