#include "tests/support/private_maria_db.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/database/migration.h"

namespace yundisk::test {
namespace {

namespace fs = std::filesystem;

// Small files and no syncing: tests start fast and none of these servers survives a power cut.
const std::vector<std::string> kServerOptions{"--innodb-data-file-path=ibdata1:5M:autoextend",
                                              "--innodb-log-file-size=8M",
                                              "--innodb-buffer-pool-size=16M",
                                              "--innodb-flush-log-at-trx-commit=2",
                                              "--innodb-doublewrite=0",
                                              "--innodb-fast-shutdown=2",
                                              "--aria-pagecache-buffer-size=1M",
                                              "--key-buffer-size=1M",
                                              "--performance-schema=OFF"};

std::vector<std::string> Command(std::string program, std::vector<std::string> options) {
  std::vector<std::string> command{std::move(program), "--no-defaults"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), kServerOptions.begin(), kServerOptions.end());
  if (geteuid() == 0) command.push_back("--user=root");
  return command;
}

// Held by one test program at a time while the template is made.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : fd_(open(path.c_str(), O_CREAT | O_RDWR, 0600)) {
    CHECK(fd_ >= 0);
    CHECK(flock(fd_, LOCK_EX) == 0);
  }
  ~FileLock() { close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

// A data folder as mariadb-install-db makes it takes seconds; it is made once a user and copied.
fs::path TemplateData() {
  const fs::path base =
      fs::temp_directory_path() / ("yundisk-test-mariadb-" + std::to_string(geteuid()));
  fs::create_directories(base);
  fs::permissions(base, fs::perms::owner_all);
  const FileLock lock(base / "lock");
  const fs::path data = base / "data";
  if (fs::exists(data)) return data;
  const fs::path half_done = base / "half-done";
  fs::remove_all(half_done);
  CHECK(
      RunCommand(Command("mariadb-install-db", {"--datadir=" + half_done.string(), "--skip-test-db",
                                                "--auth-root-authentication-method=normal"}),
                 (base / "install.log").string()));
  fs::rename(half_done, data);
  return data;
}

}  // namespace

PrivateMariaDb::PrivateMariaDb() {
  fs::copy(TemplateData(), folder_.path() / "data", fs::copy_options::recursive);
  Start();
}

void PrivateMariaDb::Start() {
  process_ = std::make_unique<ChildProcess>(
      Command("mariadbd",
              {"--datadir=" + folder_.File("data"), "--socket=" + folder_.File("socket"),
               "--pid-file=" + folder_.File("pid"), "--skip-networking", "--skip-grant-tables"}),
      folder_.File("log"));
  db::Pool pool(OptionsFor(""));
  CHECK(WaitUntil([&] { return pool.Acquire().ok(); }));
}

db::Options PrivateMariaDb::OptionsFor(const std::string& name) const {
  db::Options options;
  options.socket = folder_.File("socket");
  options.name = name;
  return options;
}

db::Options PrivateMariaDb::EmptyDatabase() {
  const std::string name = "test" + std::to_string(++databases_);
  db::Pool pool(OptionsFor(""));
  auto session = pool.Acquire();
  CHECK(session.ok());
  CHECK((*session)->Execute("CREATE DATABASE " + name).ok());
  return OptionsFor(name);
}

db::Options PrivateMariaDb::FreshDatabase() {
  const db::Options options = EmptyDatabase();
  db::Pool pool(options);
  auto session = pool.Acquire();
  CHECK(session.ok());
  const auto migrations = db::ReadMigrations(YUNDISK_SOURCE_FOLDER "/sql");
  CHECK(migrations.ok());
  CHECK(db::Migrate(**session, *migrations).ok());
  return options;
}

PrivateMariaDb& SharedMariaDb() {
  static PrivateMariaDb server;
  return server;
}

}  // namespace yundisk::test
