// Watchers on a clock that goes when told to.
#include "storage_core/tracker/watches.h"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "common/protocol/messages.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kIp = "10.0.0.1";

class WatchesTest : public testing::Test {
 protected:
  void Watch(const std::string& group, std::uint64_t known) {
    boost::asio::co_spawn(context_, WaitAndCount(group, known), boost::asio::detached);
    Run();
  }
  void Run() {
    context_.restart();
    context_.poll();
  }
  void Join(std::string_view group, std::string_view host, std::uint64_t start_s = 100) {
    ASSERT_TRUE(registry_.Join(JoinOf(group, host, start_s), kIp).ok());
    Run();
  }
  void Beat(std::string_view group, std::string_view host, std::uint64_t free_bytes) {
    ASSERT_TRUE(registry_.Beat(BeatOf(group, host, free_bytes), kIp).ok());
    Run();
  }
  void Pass(milliseconds time) {
    clock_.Pass(time);
    watches_.Sweep();
    Run();
  }

  net::Task<void> WaitAndCount(std::string group, std::uint64_t known) {
    co_await watches_.Wait(group, known);
    ++ended_;
  }

  FakeClock clock_;
  Registry registry_{{}, clock_};
  boost::asio::io_context context_;  // outlives the waiters
  Watches watches_{registry_, clock_};
  int ended_ = 0;
};

TEST_F(WatchesTest, AnUnknownVersionIsAnsweredAtOnce) {
  Watch("g1", 0);
  Watch("", registry_.VersionOf("") + 1);
  EXPECT_EQ(ended_, 2);
}

TEST_F(WatchesTest, AChangeOfTheGroupEndsTheWait) {
  Watch("g1", registry_.VersionOf("g1"));
  Watch("g2", registry_.VersionOf("g2"));
  Watch("", registry_.VersionOf(""));
  EXPECT_EQ(ended_, 0);
  Join("g1", "a");
  EXPECT_EQ(ended_, 2);
  EXPECT_EQ(watches_.waiting(), 1U);
}

TEST_F(WatchesTest, BeatsAndStatisticsAreNoChange) {
  Join("g1", "a");
  Beat("g1", "a", 1000);
  Watch("g1", registry_.VersionOf("g1"));
  Beat("g1", "a", 2000);
  EXPECT_EQ(ended_, 0);
  clock_.Pass(milliseconds(3000));
  registry_.Sweep();
  Run();
  EXPECT_EQ(ended_, 1) << "gone OFFLINE";
}

TEST_F(WatchesTest, TheWaitEndsAfterItsTime) {
  Watch("g1", registry_.VersionOf("g1"));
  Pass(wire::kWatchWait - milliseconds(1));
  Watch("g1", registry_.VersionOf("g1"));
  EXPECT_EQ(ended_, 0);
  Pass(milliseconds(1));
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(watches_.waiting(), 1U);
  Pass(wire::kWatchWait);
  EXPECT_EQ(ended_, 2);
}

TEST_F(WatchesTest, AfterCloseNobodyWaits) {
  Watch("g1", registry_.VersionOf("g1"));
  watches_.Close();
  Run();
  EXPECT_EQ(ended_, 1);
  Watch("g1", registry_.VersionOf("g1"));
  EXPECT_EQ(ended_, 2);
}

TEST_F(WatchesTest, VersionsGoUpAndBeginAtTheWallClock) {
  const std::uint64_t first = registry_.VersionOf("g1");
  EXPECT_EQ(first, static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()));
  Join("g1", "a");
  const std::uint64_t second = registry_.VersionOf("g1");
  EXPECT_GT(second, first);
  EXPECT_EQ(registry_.VersionOf("g2"), first);
  EXPECT_EQ(registry_.VersionOf(""), second);
}

}  // namespace
}  // namespace yundisk::tracker
