#include "storage_core/storage/hidden_keys.h"

#include <optional>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/simulation/network.h"

namespace yundisk::storage {
namespace {

using std::chrono::milliseconds;

class HiddenKeysTest : public testing::Test {
 protected:
  std::optional<Result<void>>& Run(Task<void> task) {
    const auto run = [](Task<void> inner,
                        std::optional<Result<void>>& out) -> boost::asio::awaitable<void> {
      out.emplace(co_await std::move(inner));
    };
    outcome_.reset();
    boost::asio::co_spawn(scheduler_.executor(), run(std::move(task), outcome_),
                          boost::asio::detached);
    return outcome_;
  }

  simulation::VirtualClock clock_;
  simulation::SeededRandom random_{1};
  simulation::Scheduler scheduler_{clock_, random_};
  simulation::SimulatedTimer timer_{scheduler_};
  HiddenKeys keys_{clock_, timer_};
  std::optional<Result<void>> outcome_;
  const Uploading one_{"1a", 7, 1};
  const Uploading other_{"1a", 7, 2};
};

TEST_F(HiddenKeysTest, OneUploadAtATimeHidesAKey) {
  EXPECT_TRUE(keys_.Hide("k", one_));
  EXPECT_TRUE(keys_.Hide("k", one_));
  EXPECT_FALSE(keys_.Hide("k", other_));
  EXPECT_TRUE(keys_.Hide("l", other_));
  keys_.Show("k", other_);
  EXPECT_TRUE(keys_.Hides("k"));
  keys_.Show("k", one_);
  EXPECT_FALSE(keys_.Hides("k"));
  EXPECT_TRUE(keys_.Hide("k", other_));
}

TEST_F(HiddenKeysTest, ReadersWaitUntilItIsShown) {
  keys_.Hide("k", one_);
  auto& outcome = Run(keys_.Await("k", milliseconds(1000)));
  scheduler_.RunUntil([this] { return clock_.Steady().time_since_epoch() >= milliseconds(500); });
  EXPECT_FALSE(outcome.has_value());
  keys_.Show("k", one_);
  scheduler_.RunAll();
  EXPECT_TRUE(outcome->ok());
  EXPECT_LT(clock_.Steady().time_since_epoch(), milliseconds(600));
}

TEST_F(HiddenKeysTest, WaitingEnds) {
  keys_.Hide("k", one_);
  const auto& read = Run(keys_.Await("k", milliseconds(100)));
  scheduler_.RunAll();
  EXPECT_EQ(read->error().code(), Code::kUnavailable);
  const auto& hidden = Run(keys_.HideSoon("k", other_, milliseconds(100)));
  scheduler_.RunAll();
  EXPECT_EQ(hidden->error().code(), Code::kUnavailable);
}

TEST_F(HiddenKeysTest, WhatACoordinatorLeftIsShown) {
  keys_.Hide("k", one_);
  keys_.Hide("l", {"1b", 3, 1});
  keys_.ShowOf([](const Uploading& by) { return by.coordinator == "1b"; });
  EXPECT_EQ(keys_.size(), 1U);
  EXPECT_FALSE(keys_.Hide("k", other_));
}

TEST_F(HiddenKeysTest, ALostReleaseIsMadeUpFor) {
  keys_.Hide("k", one_);
  keys_.ShowLater("k", one_, milliseconds(100));
  keys_.ShowLater("unknown", one_, milliseconds(100));
  const auto nobody = [](const Uploading&) { return false; };
  keys_.ShowOf(nobody);
  EXPECT_EQ(keys_.size(), 1U);
  clock_.Advance(milliseconds(100));
  keys_.ShowOf(nobody);
  EXPECT_EQ(keys_.size(), 0U);
}

}  // namespace
}  // namespace yundisk::storage
