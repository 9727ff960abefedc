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
  registry_.TakeTable({{kNode, "10.0.0.1:23000", 50}}, {});
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

TEST_F(RegistryTest, ATimeThatTheTableCannotHoldIsRefused) {
  wire::Join join = JoinOf("g1", "a", kMaxTimeS + 1);
  EXPECT_EQ(CodeOf(registry_.Join(join, kIp)), Code::kBadRequest);
  join = JoinOf("g1", "a", 100);
  join.join_time_s = kMaxTimeS + 1;
  EXPECT_EQ(CodeOf(registry_.Join(join, kIp)), Code::kBadRequest);
  EXPECT_TRUE(registry_.nodes().empty());
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

TEST_F(RegistryTest, TheTableTellsWhoIsAMember) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "b", 100), kIp).ok());
  registry_.TakeTable({{{"g1", "c"}, "10.0.0.3:1", 50, 0, Standing::kDraining}}, {{"g1", "b"}});
  EXPECT_FALSE(registry_.nodes().contains({"g1", "a"})) << "its row is gone";
  EXPECT_TRUE(registry_.nodes().contains({"g1", "b"})) << "its row is still to be written";
  EXPECT_TRUE(registry_.nodes().at({"g1", "c"}).draining);
  registry_.TakeTable({{{"g1", "c"}, "10.0.0.4:1", 50}}, {{"g1", "b"}});
  EXPECT_FALSE(registry_.nodes().at({"g1", "c"}).draining);
  EXPECT_EQ(registry_.nodes().at({"g1", "c"}).address, "10.0.0.4:1");
  EXPECT_EQ(registry_.Beat(BeatOf("g1", "a"), kIp).error().code(), Code::kUnknownNode);
}

TEST_F(RegistryTest, TheTableChangesAVersionOnlyWhenItSaysSomethingNew) {
  const std::vector<Member> table{{kNode, "10.0.0.1:1", 50}};
  registry_.TakeTable(table, {});
  const std::uint64_t version = registry_.VersionOf("");
  registry_.TakeTable(table, {});
  EXPECT_EQ(registry_.VersionOf(""), version);
}

TEST_F(RegistryTest, ARemovedProcessMayNotComeBackByItself) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  registry_.SetStanding(kNode, Standing::kRemoved);
  EXPECT_TRUE(registry_.nodes().empty());
  EXPECT_EQ(CodeOf(registry_.Join(JoinOf("g1", "a", 100), kIp)), Code::kExists);
  EXPECT_TRUE(registry_.Join(JoinOf("g1", "a", 101), kIp).ok());

  registry_.TakeTable({{kNode, "10.0.0.1:1", 50, 101, Standing::kRemoved}}, {});
  EXPECT_TRUE(registry_.nodes().empty());
  EXPECT_EQ(CodeOf(registry_.Join(JoinOf("g1", "a", 101), kIp)), Code::kExists);
  EXPECT_TRUE(registry_.Join(JoinOf("g1", "a", 102), kIp).ok());
}

TEST_F(RegistryTest, APeersDoubtCountsOnlyWhereOurOwnBeatsAreLate) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), kIp).ok());
  ASSERT_TRUE(registry_.Beat(BeatOf("g1", "a"), kIp).ok());
  clock_.Pass(milliseconds(1499));
  registry_.Doubt(kNode);
  EXPECT_EQ(State(), NodeState::kActive);
  clock_.Pass(milliseconds(1));
  registry_.Doubt(kNode);
  EXPECT_EQ(State(), NodeState::kOffline);
  registry_.Doubt({"g1", "nobody"});
}

TEST_F(RegistryTest, APeersWordOfAnAddressIsTakenWhileTheNodeIsAway) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100, 1), kIp).ok());
  registry_.HeardOf({kNode, "10.0.0.9:1", 0, 101});
  EXPECT_EQ(registry_.nodes().at(kNode).address, "10.0.0.1:1");
  clock_.Pass(milliseconds(3000));
  registry_.Sweep();
  registry_.HeardOf({kNode, "10.0.0.8:1", 0, 99});
  EXPECT_EQ(registry_.nodes().at(kNode).address, "10.0.0.1:1") << "an older start";
  registry_.HeardOf({kNode, "10.0.0.9:1", 0, 101});
  EXPECT_EQ(registry_.nodes().at(kNode).address, "10.0.0.9:1");
  registry_.HeardOf({{"g1", "nobody"}, "10.0.0.9:1", 0, 101});
  EXPECT_EQ(registry_.nodes().size(), 1U);
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
  // A client is told three of them in 255 bytes, and the table of members holds 64.
  const std::string host(kMaxAddressBytes - std::string_view(":23000").size(), 'h');
  EXPECT_TRUE(ParseAddressTable({"g1/a=" + host + ":23000"}).ok());
  const auto longer = ParseAddressTable({"g1/a=h" + host + ":23000"});
  ASSERT_FALSE(longer.ok());
  EXPECT_NE(longer.error().message().find("more than 64 bytes"), std::string::npos);
}

TEST(GroupListText, ListsGroupsAndTheirStorages) {
  FakeClock clock;
  Registry registry({}, clock);
  EXPECT_EQ(GroupListText(registry), "groups\t0\n");
  registry.TakeTable({{{"g2", "c"}, "10.0.0.3:23000", 50, 0, Standing::kDraining}}, {});
  ASSERT_TRUE(registry.Join(JoinOf("g1", "a", 100), "10.0.0.1").ok());
  ASSERT_TRUE(registry.Join(JoinOf("g1", "b", 100), "::1").ok());
  ASSERT_TRUE(registry.Beat(BeatOf("g1", "a", 4096), "10.0.0.1").ok());
  registry.SetOut({"g1", "b"}, true);
  EXPECT_EQ(GroupListText(registry),
            "groups\t2\n"
            "group\tg1\t2\t1\n"
            "storage\t1.0\ta\t10.0.0.1:"
            "23000\t100\t1000000\t1000000\t2\t4096\t7\t1\tactive\toffered\t-\t-\n"
            "storage\t1.0\tb\t[::1]:23000\t100\t1000000\t0\t1\t-\t-\t-\tactive\tout\t-\t-\n"
            "group\tg2\t1\t0\n"
            "storage\t-\tc\t10.0.0.3:23000\t0\t50\t0\t0\t-\t-\t-\tdraining\toffered\t-\t-\n");
}

}  // namespace
}  // namespace yundisk::tracker
