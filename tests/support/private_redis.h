// A real Redis server for tests: a unix socket in a temporary folder, no network, nothing saved.
#pragma once

#include <memory>

#include "common/redis/redis.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::test {

class PrivateRedis {
 public:
  PrivateRedis();  // started and answering; ignores SIGPIPE, as every user of redis::Client must

  void Kill() { process_.reset(); }  // SIGKILL; everything in it is lost
  void Start();                      // after Kill
  void Signal(int number) const { process_->Signal(number); }
  redis::Options options() const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> process_;
};

// One server a test program, started on first use.
PrivateRedis& SharedRedis();

}  // namespace yundisk::test
