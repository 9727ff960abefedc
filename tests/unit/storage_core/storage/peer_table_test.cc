#include "storage_core/storage/peer_table.h"

#include <gtest/gtest.h>

#include "tests/simulation/scheduler.h"

namespace yundisk::storage {
namespace {

using std::chrono::milliseconds;

class PeerTableTest : public testing::Test {
 protected:
  PeerTable Make(std::size_t min_replicas = 0) { return PeerTable({"1b", min_replicas}, clock_); }
  static std::vector<Member> Three() { return {{"1a", "a:1"}, {"1b", "b:1"}, {"1c", "c:1"}}; }
  void Hear(PeerTable& table, const std::string& name, bool in_step = true) {
    table.Heard(name, clock_.Steady(), in_step);
  }

  simulation::VirtualClock clock_;
};

TEST_F(PeerTableTest, RefusesUploadsWhileTheMembersAreNotKnown) {
  EXPECT_EQ(Make().Plan().error().code(), Code::kUnavailable);
  EXPECT_FALSE(Make().InStep());
  EXPECT_FALSE(Make().Alone());
}

TEST_F(PeerTableTest, OneThatNeedsNoOtherTakesUploadsAtOnceAndDeniesNothing) {
  PeerTable table = Make(1);
  EXPECT_TRUE(table.Plan()->alone());
  EXPECT_FALSE(table.InStep());
  EXPECT_FALSE(table.Alone());
  table.SetMembers({});
  EXPECT_TRUE(table.InStep());
  EXPECT_TRUE(table.Alone());
}

TEST_F(PeerTableTest, PlansForThoseWithinReachInTheOrderOfTheirNames) {
  PeerTable table = Make();
  table.SetMembers(Three());
  EXPECT_EQ(table.Plan().error().code(), Code::kTooFewReplicas);
  Hear(table, "1c");
  EXPECT_EQ(table.Plan().error().code(), Code::kTooFewReplicas);
  Hear(table, "1a");
  const CopyPlan plan = *table.Plan();
  EXPECT_EQ(plan.required, 3U);
  EXPECT_EQ(plan.before_self, 1U);
  ASSERT_EQ(plan.targets.size(), 2U);
  EXPECT_EQ(plan.targets[0].member.name, "1a");
  EXPECT_EQ(plan.targets[1].member.name, "1c");
  EXPECT_TRUE(plan.all);
  EXPECT_FALSE(table.IsFirst());
}

TEST_F(PeerTableTest, FewerCopiesThanMembersLetSomeBeAway) {
  PeerTable table = Make(2);
  table.SetMembers(Three());
  Hear(table, "1c");
  const CopyPlan plan = *table.Plan();
  EXPECT_EQ(plan.required, 2U);
  EXPECT_EQ(plan.out_of_reach, std::vector<std::string>{"1a"});
  EXPECT_FALSE(plan.all);
}

TEST_F(PeerTableTest, ADrainingMemberGetsCopiesThatDoNotCount) {
  PeerTable table = Make();
  table.SetMembers({{"1a", "a:1", true}, {"1b", "b:1"}});
  EXPECT_EQ(table.Plan()->required, 1U);
  Hear(table, "1a");
  EXPECT_EQ(table.Plan()->targets.size(), 1U);
  table.SetMembers({{"1a", "a:1"}, {"1b", "b:1", true}});
  EXPECT_EQ(table.Plan()->required, 1U);
  EXPECT_FALSE(table.Plan()->self_counts);
}

TEST_F(PeerTableTest, IsInStepOnlyWhileEveryOtherMemberSaysSo) {
  PeerTable table = Make();
  table.SetMembers(Three());
  Hear(table, "1a");
  EXPECT_FALSE(table.InStep());
  Hear(table, "1c");
  EXPECT_TRUE(table.InStep());
  clock_.Advance(PeerTable::kInStepFor);
  EXPECT_FALSE(table.InStep());
  Hear(table, "1a");
  Hear(table, "1c", false);
  EXPECT_FALSE(table.InStep());
}

TEST_F(PeerTableTest, TellsAMemberWhetherItHasReadEverything) {
  PeerTable table = Make();
  table.SetMembers(Three());
  const ChangePosition end{1, 9000};
  EXPECT_FALSE(table.Polled("1a", 7, {}, end));
  EXPECT_FALSE(table.Polled("1a", 7, {1, 8999}, end));
  EXPECT_TRUE(table.Polled("1a", 7, end, end));
  // What comes later reaches it by itself, unless it is left behind.
  EXPECT_TRUE(table.Polled("1a", 7, end, {1, 9500}));
  table.Leave("1a", {1, 9400});
  EXPECT_FALSE(table.Left("1a"));
  EXPECT_FALSE(table.Polled("1a", 7, end, {1, 9500}));
  EXPECT_FALSE(table.Left("1a"));  // the answer is on its way
  EXPECT_FALSE(table.Polled("1a", 7, end, {1, 9500}));
  EXPECT_TRUE(table.Left("1a"));
  EXPECT_TRUE(table.Polled("1a", 7, {1, 9400}, {1, 9500}));
  table.Leave("1a", {1, 9400});
  EXPECT_TRUE(table.Polled("1a", 7, {1, 9400}, {1, 9500}));
  EXPECT_TRUE(table.Left("1a"));
  // A new process has everything to prove again.
  EXPECT_FALSE(table.Polled("1a", 8, end, {1, 9500}));
  EXPECT_FALSE(table.Polled("unknown", 8, end, end));
}

TEST_F(PeerTableTest, AnAnswerThatIsLostMayHaveSaidThatWeAreBehind) {
  PeerTable table = Make();
  table.SetMembers({{"1a", "a:1"}, {"1b", "b:1"}});
  Hear(table, "1a");
  EXPECT_TRUE(table.InStep());
  table.Lost("1a");
  EXPECT_FALSE(table.InStep());
  EXPECT_TRUE(table.Answers("1a"));
}

TEST_F(PeerTableTest, OneThatWasToldNeedsNoNewProofForWhatComesLater) {
  PeerTable table = Make();
  table.SetMembers(Three());
  EXPECT_FALSE(table.Polled("1a", 7, {}, {1, 9000}));
  EXPECT_TRUE(table.Polled("1a", 7, {1, 9000}, {1, 9000}));
  table.Leave("1a", {1, 9100});
  EXPECT_FALSE(table.Polled("1a", 7, {1, 9000}, {1, 9100}));
  // Another upload before the next poll.
  table.Leave("1a", {1, 9200});
  EXPECT_FALSE(table.Left("1a"));
  EXPECT_FALSE(table.Polled("1a", 7, {1, 9000}, {1, 9200}));
  EXPECT_TRUE(table.Left("1a"));
  table.Leave("1a", {1, 9300});
  EXPECT_TRUE(table.Left("1a"));
  // It has read on, and was told that it is in step: that has to be taken back.
  EXPECT_TRUE(table.Polled("1a", 7, {1, 9300}, {1, 9300}));
  table.Leave("1a", {1, 9400});
  EXPECT_FALSE(table.Left("1a"));
}

TEST_F(PeerTableTest, OneThatIsSilentIsLeftAndGone) {
  PeerTable table = Make();
  table.SetMembers(Three());
  table.Polled("1a", 7, {}, {1, 9000});
  table.Leave("1c", {1, 9000});
  EXPECT_FALSE(table.Left("1c"));
  EXPECT_FALSE(table.Gone("1a", 7));
  EXPECT_TRUE(table.Gone("1a", 6));
  EXPECT_FALSE(table.Gone("1c", 1));
  clock_.Advance(PeerTable::kSilentAfter);
  EXPECT_TRUE(table.Left("1c"));
  EXPECT_TRUE(table.Gone("1a", 7));
  EXPECT_TRUE(table.Gone("1c", 1));
  EXPECT_TRUE(table.Gone("nobody", 1));
}

TEST_F(PeerTableTest, KeptConnectionsEndWithAMembersLife) {
  PeerTable table = Make();
  table.SetMembers(Three());
  const std::uint64_t first = table.Find("1a")->life;
  table.Lost("1a");
  const std::uint64_t second = table.Find("1a")->life;
  EXPECT_NE(first, second);
  table.Polled("1a", 7, {}, {});
  EXPECT_NE(table.Find("1a")->life, second);
}

TEST_F(PeerTableTest, AMovedMemberKeepsWhatIsKnownOfIt) {
  PeerTable table = Make();
  table.SetMembers(Three());
  Hear(table, "1a");
  table.SetMembers({{"1a", "elsewhere:1"}, {"1b", "b:1"}});
  EXPECT_EQ(table.WithinReach().at(0).member.address, "elsewhere:1");
  EXPECT_EQ(table.Others().size(), 1U);
  EXPECT_FALSE(table.Find("1c"));
}

}  // namespace
}  // namespace yundisk::storage
