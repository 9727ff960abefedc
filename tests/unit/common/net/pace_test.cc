#include "common/net/pace.h"

#include <gtest/gtest.h>

namespace yundisk::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Limits SomeLimits() {
  Limits limits;
  limits.header_timeout_s = seconds(10);
  limits.stall_timeout_s = seconds(30);
  limits.min_bytes_per_s = 1000;
  return limits;
}

constexpr SteadyTime kNow{std::chrono::hours(1)};

TEST(Pace, TheGraceIsAllThereIsWithoutBytes) {
  Pace pace(SomeLimits());
  EXPECT_EQ(pace.Deadline(kNow), kNow + seconds(10));
  pace.Received(0, seconds(4));
  EXPECT_EQ(pace.Deadline(kNow), kNow + seconds(6));
  pace.Received(0, seconds(60));
  EXPECT_EQ(pace.Deadline(kNow), kNow);
}

TEST(Pace, BytesEarnTime) {
  Pace pace(SomeLimits());
  pace.Received(2500, seconds(0));
  EXPECT_EQ(pace.Deadline(kNow), kNow + milliseconds(12500));
}

TEST(Pace, AStallIsAStallHoweverMuchCameBefore) {
  Pace pace(SomeLimits());
  pace.Received(1'000'000'000, seconds(1));
  EXPECT_EQ(pace.Deadline(kNow), kNow + seconds(30));
}

}  // namespace
}  // namespace yundisk::net
