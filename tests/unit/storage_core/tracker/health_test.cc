#include "storage_core/tracker/health.h"

#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using std::chrono::milliseconds;
using wire::CallOutcome;

const NodeName kNode{"g1", "a"};

class HealthTest : public testing::Test {
 protected:
  void Report(const std::string& client, CallOutcome outcome, std::uint32_t calls = 1) {
    health_.Report({kNode, client, outcome, calls});
  }

  FakeClock clock_;
  Health health_{{5, 20, 50}, clock_};
};

TEST_F(HealthTest, FiveErrorsInARow) {
  EXPECT_FALSE(health_.IsBad(kNode));
  Report("c", CallOutcome::kFailed, 4);
  Report("c", CallOutcome::kOk);
  Report("c", CallOutcome::kFailed, 4);
  EXPECT_FALSE(health_.IsBad(kNode));
  Report("c", CallOutcome::kFailed);
  EXPECT_TRUE(health_.IsBad(kNode));
  EXPECT_FALSE(health_.IsBad({"g1", "b"}));
  health_.Forget(kNode);
  EXPECT_FALSE(health_.IsBad(kNode));
}

TEST_F(HealthTest, OneClientIsOutvoted) {
  Report("liar", CallOutcome::kFailed, 60000);
  Report("honest", CallOutcome::kOk, 20);
  EXPECT_FALSE(health_.IsBad(kNode));
  Report("another", CallOutcome::kFailed, 5);
  EXPECT_TRUE(health_.IsBad(kNode)) << "two of three";
}

TEST_F(HealthTest, MoreThanHalfOfTwentyCalls) {
  for (int i = 0; i < 9; ++i) {
    Report("c", CallOutcome::kFailed);
    Report("c", CallOutcome::kOk);
  }
  Report("c", CallOutcome::kFailed);
  EXPECT_FALSE(health_.IsBad(kNode)) << "nineteen calls";
  Report("c", CallOutcome::kOk);
  EXPECT_FALSE(health_.IsBad(kNode)) << "half is not more than half";
  Report("c", CallOutcome::kFailed);
  EXPECT_TRUE(health_.IsBad(kNode));
}

TEST_F(HealthTest, SlowAnswersCountForTheRateOnly) {
  Report("c", CallOutcome::kSlow, 19);
  EXPECT_FALSE(health_.IsBad(kNode));
  Report("c", CallOutcome::kSlow);
  EXPECT_TRUE(health_.IsBad(kNode));
}

TEST_F(HealthTest, WhatIsOlderThanTheWindowIsForgotten) {
  Report("c", CallOutcome::kFailed, 5);
  EXPECT_TRUE(health_.IsBad(kNode));
  clock_.Pass(Health::kWindow - milliseconds(1000));
  EXPECT_TRUE(health_.IsBad(kNode));
  clock_.Pass(milliseconds(1000));
  EXPECT_FALSE(health_.IsBad(kNode));
}

TEST_F(HealthTest, ClientsAreBounded) {
  for (std::size_t i = 0; i < Health::kMaxClients; ++i) Report(std::to_string(i), CallOutcome::kOk);
  for (int i = 0; i < 3000; ++i) Report("more" + std::to_string(i), CallOutcome::kFailed, 5);
  EXPECT_FALSE(health_.IsBad(kNode));
}

}  // namespace
}  // namespace yundisk::tracker
