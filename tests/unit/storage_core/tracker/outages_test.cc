#include "storage_core/tracker/outages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

constexpr std::string_view kIp = "10.0.0.1";
const NodeName kA{"g1", "a"};
const NodeName kB{"g1", "b"};

class OutagesTest : public testing::Test {
 protected:
  void SetUp() override {
    Activate("a", 1);
    Activate("b", 2);
  }
  void Activate(std::string_view host, std::uint16_t port, std::uint64_t start_s = 100) {
    ASSERT_TRUE(registry_.Join(JoinOf("g1", host, start_s, port), kIp).ok());
    ASSERT_TRUE(registry_.Beat(BeatOf("g1", host), kIp).ok());
  }
  void Fail(std::string_view address, std::uint32_t count = 5) {
    outages_.Report({"g1", address, "10.0.0.50", wire::CallOutcome::kFailed, count});
  }
  bool IsOut(const NodeName& name) { return registry_.nodes().at(name).out; }
  // Nothing is due before the pause is over; then `kA` is, and the probe ends so.
  void Probe(milliseconds pause, bool well) {
    clock_.Pass(pause - milliseconds(1));
    EXPECT_THAT(outages_.Due(), IsEmpty());
    clock_.Pass(milliseconds(1));
    const auto due = outages_.Due();
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due.front().name, kA);
    EXPECT_EQ(due.front().address, "10.0.0.1:1");
    EXPECT_THAT(outages_.Due(), IsEmpty()) << "it is being probed";
    outages_.Probed(kA, well);
  }

  FakeClock clock_;
  Registry registry_{{}, clock_};
  Outages outages_{{}, registry_, clock_};
};

TEST_F(OutagesTest, AFailingStorageGoesOutAndComesBackAfterAProbe) {
  Fail("10.0.0.1:1", 4);
  EXPECT_FALSE(IsOut(kA));
  Fail("10.0.0.1:1");
  EXPECT_TRUE(IsOut(kA));
  Probe(seconds(1), false);
  EXPECT_TRUE(IsOut(kA));
  Probe(seconds(2), false);
  Probe(seconds(4), true);
  EXPECT_FALSE(IsOut(kA));
  EXPECT_THAT(outages_.Due(), IsEmpty());
}

TEST_F(OutagesTest, TheLastOneOfAGroupStays) {
  Fail("10.0.0.1:1");
  Fail("10.0.0.1:2", 1000);
  EXPECT_TRUE(IsOut(kA));
  EXPECT_FALSE(IsOut(kB));
}

TEST_F(OutagesTest, StrangersDoNotCount) {
  Fail("10.0.0.1:9", 1000);
  outages_.Report({"g2", "10.0.0.1:1", "c", wire::CallOutcome::kFailed, 1000});
  EXPECT_FALSE(IsOut(kA));
}

TEST_F(OutagesTest, ThePauseGrowsWhenItFailsAgainSoonAndIsForgottenLater) {
  Fail("10.0.0.1:1");
  Probe(seconds(1), true);
  Fail("10.0.0.1:1");
  Probe(seconds(2), true);
  clock_.Pass(seconds(61));
  Fail("10.0.0.1:1");
  Probe(seconds(1), true);
}

TEST_F(OutagesTest, ThePauseIsAMinuteAtMost) {
  Fail("10.0.0.1:1");
  for (const int pause_s : {1, 2, 4, 8, 16, 32, 60, 60}) Probe(seconds(pause_s), false);
}

TEST_F(OutagesTest, NothingIsKeptOfARemovedStorage) {
  Fail("10.0.0.1:1", 4);
  registry_.SetStanding(kA, Standing::kRemoved);
  Activate("a", 1, 101);
  Fail("10.0.0.1:1", 4);
  EXPECT_FALSE(IsOut(kA));
}

TEST_F(OutagesTest, AStorageThatStartsAgainIsOffered) {
  Fail("10.0.0.1:1");
  Activate("a", 1, 101);
  EXPECT_FALSE(IsOut(kA));
  clock_.Pass(seconds(1));
  EXPECT_THAT(outages_.Due(), IsEmpty());
}

}  // namespace
}  // namespace yundisk::tracker
