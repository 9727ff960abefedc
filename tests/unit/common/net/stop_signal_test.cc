#include "common/net/stop_signal.h"

#include <unistd.h>

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

namespace yundisk::net {
namespace {

TEST(StopSignal, EitherSignalEndsTheWaitAndPipesDoNotKill) {
  HoldStopSignals();
  for (const int signal : {SIGTERM, SIGINT}) {
    // To the process, as a supervisor does it.
    std::thread waiter(WaitForStopSignal);
    ASSERT_EQ(::kill(::getpid(), signal), 0);
    waiter.join();
  }
  EXPECT_EQ(std::raise(SIGPIPE), 0);
}

}  // namespace
}  // namespace yundisk::net
