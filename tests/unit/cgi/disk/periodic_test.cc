#include "cgi/disk/periodic.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

TEST(Periodic, RunsAtOnceAndAgainUntilItEnds) {
  std::atomic<int> runs{0};
  std::promise<void> twice;
  {
    const Periodic periodic(std::chrono::seconds(1), [&] {
      if (++runs == 2) twice.set_value();
    });
    twice.get_future().wait();
  }
  EXPECT_GE(runs, 2);
}

TEST(Periodic, EndsWithoutWaitingForTheInterval) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const Periodic periodic(std::chrono::hours(1), [] {});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
}

}  // namespace
}  // namespace yundisk::disk
