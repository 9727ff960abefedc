#include "cgi/disk/throttle.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/support/private_redis.h"

namespace yundisk::disk {
namespace {

redis::Options NoRedis() {
  redis::Options options;
  options.socket = "/nowhere";
  return options;
}

TEST(SignInThrottle, BlocksAnAccountForItsWindow) {
  test::ManualClock clock;
  redis::Client redis(NoRedis());
  SignInThrottle throttle(redis, clock);
  for (int i = 0; i < kAttemptsPerAccount; ++i)
    EXPECT_EQ(throttle.Attempt({"alice", "192.0.2.1"}), std::nullopt);
  EXPECT_EQ(throttle.Attempt({"alice", "192.0.2.2"}), kThrottleWindow);
  EXPECT_EQ(throttle.Attempt({"bob", "192.0.2.1"}), std::nullopt);
  clock.Advance(kThrottleWindow);
  EXPECT_EQ(throttle.Attempt({"alice", "192.0.2.1"}), std::nullopt);
}

TEST(SignInThrottle, BlocksAnAddressThatTriesManyNames) {
  test::ManualClock clock;
  redis::Client redis(NoRedis());
  SignInThrottle throttle(redis, clock);
  for (int i = 0; i < kAttemptsPerAddress; ++i)
    EXPECT_EQ(throttle.Attempt({std::to_string(i), "192.0.2.1"}), std::nullopt);
  EXPECT_NE(throttle.Attempt({"another", "192.0.2.1"}), std::nullopt);
  EXPECT_EQ(throttle.Attempt({"another", "192.0.2.2"}), std::nullopt);
}

TEST(SignInThrottle, SuccessesDoNotCount) {
  test::ManualClock clock;
  redis::Client redis(test::SharedRedis().options());
  SignInThrottle throttle(redis, clock);
  for (int i = 0; i < 3 * kAttemptsPerAddress; ++i) {
    ASSERT_EQ(throttle.Attempt({"carol", "192.0.2.3"}), std::nullopt) << i;
    throttle.Succeeded({"carol", "192.0.2.3"});
  }
}

TEST(SignInThrottle, WhatCouldNotBeJudgedDoesNotCountButForgivesNothing) {
  test::ManualClock clock;
  redis::Client redis(test::SharedRedis().options());
  SignInThrottle throttle(redis, clock);
  for (int i = 0; i < 3 * kAttemptsPerAccount; ++i) {
    ASSERT_EQ(throttle.Attempt({"erin", "192.0.2.5"}), std::nullopt) << i;
    throttle.Unjudged({"erin", "192.0.2.5"});
  }
  for (int i = 0; i < kAttemptsPerAccount; ++i) throttle.Attempt({"erin", "192.0.2.5"});
  throttle.Unjudged({"erin", "192.0.2.5"});
  EXPECT_EQ(throttle.Attempt({"erin", "192.0.2.5"}), std::nullopt);
  EXPECT_NE(throttle.Attempt({"erin", "192.0.2.5"}), std::nullopt);
}

TEST(SignInThrottle, ProgramsCountTogetherThroughRedis) {
  test::ManualClock clock;
  redis::Client redis(test::SharedRedis().options());
  SignInThrottle one(redis, clock);
  for (int i = 0; i < kAttemptsPerAccount; ++i)
    EXPECT_EQ(one.Attempt({"dave", "192.0.2.4"}), std::nullopt);
  SignInThrottle two(redis, clock);
  const auto wait = two.Attempt({"dave", "192.0.2.4"});
  ASSERT_TRUE(wait.has_value());
  EXPECT_GT(wait->count(), 0);
  EXPECT_LE(*wait, kThrottleWindow);
}

TEST(SignInThrottle, MemoryIsBounded) {
  test::ManualClock clock;
  redis::Client redis(NoRedis());
  SignInThrottle throttle(redis, clock);
  for (std::size_t i = 0; i < 2 * kThrottleEntriesMax; ++i)
    throttle.Attempt({std::to_string(i), std::to_string(i)});
  EXPECT_EQ(throttle.Attempt({"alice", "192.0.2.1"}), std::nullopt);
}

}  // namespace
}  // namespace yundisk::disk
