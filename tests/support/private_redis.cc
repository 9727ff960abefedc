#include "tests/support/private_redis.h"

#include <csignal>

#include "common/base/check.h"

namespace yundisk::test {

PrivateRedis::PrivateRedis() {
  std::signal(SIGPIPE, SIG_IGN);
  Start();
}

void PrivateRedis::Start() {
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"redis-server", "--port", "0", "--unixsocket",
                               folder_.File("socket"), "--save", "", "--appendonly", "no", "--dir",
                               folder_.path().string()},
      folder_.File("log"));
  // A client of its own each time: one that failed waits before it tries again.
  CHECK(WaitUntil([&] { return redis::Client(options()).Run({"PING"}).ok(); }));
}

redis::Options PrivateRedis::options() const {
  redis::Options options;
  options.socket = folder_.File("socket");
  options.timeout = std::chrono::milliseconds(2000);  // sanitised builds on a busy machine
  return options;
}

PrivateRedis& SharedRedis() {
  static PrivateRedis server;
  return server;
}

}  // namespace yundisk::test
