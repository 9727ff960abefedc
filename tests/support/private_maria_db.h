// A real MariaDB server for tests: its own data in a temporary folder, a unix socket, no network.
//
//   db::Pool pool(test::SharedMariaDb().FreshDatabase());   // every table of sql/, empty
//
// Tests that stop the server make their own: `test::PrivateMariaDb server; ... server.Kill();`.
#pragma once

#include <memory>
#include <string>

#include "common/database/database.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::test {

class PrivateMariaDb {
 public:
  PrivateMariaDb();  // started and answering

  void Kill() { process_.reset(); }  // SIGKILL
  void Start();                      // after Kill
  void Signal(int number) const { process_->Signal(number); }

  // A new database with every migration applied.
  db::Options FreshDatabase();
  // A new database without tables.
  db::Options EmptyDatabase();

 private:
  db::Options OptionsFor(const std::string& name) const;

  TemporaryFolder folder_;
  int databases_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

// One server a test program, started on first use.
PrivateMariaDb& SharedMariaDb();

}  // namespace yundisk::test
