#include "storage_core/tracker/registry.h"

#include <gtest/gtest.h>

#include "storage_core/tracker/group_list.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kIp = "10.0.0.1";
const NodeName kNode{"g1", "a"};

class RegistryTest : public testing::Test {
 protected:
  NodeState State(const NodeName& name = kNode) {
    registry_.Sweep();
    return registry_.nodes().at(name).state;
  }
  Code CodeOf(const Result<Member>& result) {
    EXPECT_FALSE(result.ok());
    return result ? Code::kInternal : result.error().code();
  }

  FakeClock clock_;
  Registry registry_{{}, clock_};
};

TEST_F(RegistryTest, JoinBeatSilenceReturn) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  EXPECT_EQ(State(), NodeState::kOnline);
  ASSERT_TRUE(registry_.Beat(BeatOf("g1", "a"), kIp).ok());
  EXPECT_EQ(State(), NodeState::kActive);
  clock_.Pass(milliseconds(2999));
  EXPECT_EQ(State(), NodeState::kActive);
  clock_.Pass(milliseconds(1));
  EXPECT_EQ(State(), NodeState::kOffline);
  ASSERT_TRUE(registry_.Beat(BeatOf("g1", "a"), kIp).ok());
  EXPECT_EQ(State(), NodeState::kActive);
}

TEST_F(RegistryTest, OnlineWithoutABeatGoesOfflineToo) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  clock_.Pass(milliseconds(3000));
  EXPECT_EQ(State(), NodeState::kOffline);
}

TEST_F(RegistryTest, ABeatOfAStrangerIsUnknown) {
  const auto beaten = registry_.Beat(BeatOf("g1", "a"), kIp);
  ASSERT_FALSE(beaten.ok());
  EXPECT_EQ(beaten.error().code(), Code::kUnknownNode);
  EXPECT_TRUE(registry_.nodes().empty());
}

TEST_F(RegistryTest, ABeatFromElsewhereIsUnknown) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  EXPECT_FALSE(registry_.Beat(BeatOf("g1", "a"), "10.0.0.2").ok());
}

TEST_F(RegistryTest, AMemberHasToJoinBeforeItBeats) {
  registry_.AddMember({kNode, "10.0.0.1:23000", 50});
  EXPECT_EQ(State(), NodeState::kOffline);
  EXPECT_FALSE(registry_.Beat(BeatOf("g1", "a"), kIp).ok());
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  EXPECT_EQ(registry_.nodes().at(kNode).join_time_s, 50U);
}

TEST_F(RegistryTest, TheNewestStartTimeWinsWhileItLives) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100, 1), kIp).ok());
  EXPECT_EQ(CodeOf(registry_.Join(JoinOf("g1", "a", 99, 2), kIp)), Code::kExists);
  EXPECT_EQ(registry_.nodes().at(kNode).address, "10.0.0.1:1");
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 101, 3), kIp).ok());
  EXPECT_EQ(registry_.nodes().at(kNode).address, "10.0.0.1:3");
}

TEST_F(RegistryTest, AClockThatWentBackDoesNotLockANodeOut) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  clock_.Pass(milliseconds(3000));
  EXPECT_EQ(State(), NodeState::kOffline);
  EXPECT_TRUE(registry_.Join(JoinOf("g1", "a", 50), kIp).ok());
}

TEST_F(RegistryTest, TheFirstJoinIsKept) {
  const auto first = registry_.Join(JoinOf("g1", "a", 100), kIp);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->joined_at_s, SecondsSince1970(clock_.Now()));
  clock_.Pass(milliseconds(5000));
  EXPECT_EQ(registry_.Join(JoinOf("g1", "a", 105), kIp)->joined_at_s, first->joined_at_s);
}

TEST_F(RegistryTest, PortZeroIsNoAddress) {
  EXPECT_EQ(CodeOf(registry_.Join(JoinOf("g1", "a", 100, 0), kIp)), Code::kBadRequest);
}

TEST_F(RegistryTest, SameHostInTwoGroupsIsTwoNodes) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100, 1), kIp).ok());
  ASSERT_TRUE(registry_.Join(JoinOf("g2", "a", 100, 2), kIp).ok());
  EXPECT_EQ(registry_.nodes().size(), 2U);
}

TEST_F(RegistryTest, NodesAreBounded) {
  for (std::size_t i = 0; i < Registry::kMaxNodes; ++i)
    ASSERT_TRUE(registry_.Join(JoinOf("g1", std::to_string(i), 100), kIp).ok());
  EXPECT_EQ(CodeOf(registry_.Join(JoinOf("g1", "more", 100), kIp)), Code::kNoSpace);
  EXPECT_TRUE(registry_.Join(JoinOf("g1", "5", 101), kIp).ok());
}

TEST(RegistryAddresses, TheConfiguredOneIsTold) {
  FakeClock clock;
  const auto table = ParseAddressTable({"g1/a=192.0.2.9:4000", "g1/b=c=[::1]:4001"});
  ASSERT_TRUE(table.ok()) << table.error().message();
  EXPECT_EQ(table->at({"g1", "b=c"}), "[::1]:4001");
  Registry registry({milliseconds(3000), *table}, clock);
  ASSERT_TRUE(registry.Join(JoinOf("g1", "a", 100), kIp).ok());
  EXPECT_EQ(registry.nodes().at(kNode).address, "192.0.2.9:4000");
}

TEST(RegistryAddresses, NonsenseIsRefused) {
  for (const char* line : {"", "g1/a", "g1=1.1.1.1:1", "a=b/c", "g1/a=1.1.1.1"})
    EXPECT_FALSE(ParseAddressTable({line}).ok()) << line;
}

TEST(GroupListText, ListsGroupsAndTheirStorages) {
  FakeClock clock;
  Registry registry({}, clock);
  EXPECT_EQ(GroupListText(registry), "groups\t0\n");
  registry.AddMember({{"g2", "c"}, "10.0.0.3:23000", 50});
  ASSERT_TRUE(registry.Join(JoinOf("g1", "a", 100), "10.0.0.1").ok());
  ASSERT_TRUE(registry.Join(JoinOf("g1", "b", 100), "::1").ok());
  ASSERT_TRUE(registry.Beat(BeatOf("g1", "a", 4096), "10.0.0.1").ok());
  EXPECT_EQ(GroupListText(registry),
            "groups\t2\n"
            "group\tg1\t2\t1\n"
            "storage\t1.0\ta\t10.0.0.1:23000\t100\t1000000\t1000000\t2\t4096\t7\t1\n"
            "storage\t1.0\tb\t[::1]:23000\t100\t1000000\t0\t1\t-\t-\t-\n"
            "group\tg2\t1\t0\n"
            "storage\t-\tc\t10.0.0.3:23000\t0\t50\t0\t0\t-\t-\t-\n");
}

}  // namespace
}  // namespace yundisk::tracker
