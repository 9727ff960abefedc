#include "storage_core/tracker/choice.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_clock.h"
#include "tests/unit/storage_core/tracker/fake_stores.h"
#include "tests/unit/storage_core/tracker/run_to_end.h"

namespace yundisk::tracker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
constexpr std::string_view kIp = "10.0.0.1";

class ChoiceTest : public testing::Test {
 protected:
  void Join(std::string_view group, std::string_view host, std::uint16_t port = 23000) {
    ASSERT_TRUE(registry_.Join(JoinOf(group, host, 100, port), kIp).ok());
  }
  void Activate(std::string_view group, std::string_view host, std::uint16_t port = 23000) {
    Join(group, host, port);
    ASSERT_TRUE(registry_.Beat(BeatOf(group, host), kIp).ok());
  }
  void ActivateWithFree(std::string_view group, std::string_view host, std::uint64_t free_bytes) {
    Join(group, host);
    ASSERT_TRUE(registry_.Beat(BeatOf(group, host, free_bytes), kIp).ok());
  }
  void Fill(std::string_view group, std::string_view host, std::uint32_t in_flight) {
    wire::HeartBeat beat = BeatOf(group, host, kGiB);
    beat.statistics->requests_in_flight = in_flight;
    ASSERT_TRUE(registry_.Beat(beat, kIp).ok());
  }
  void SetGroup(const std::string& group, const GroupRow& row) {
    directory_store_.Lock()->tables.groups[group] = row;
    EXPECT_THROW(RunToEnd(directory_.Run()), ScriptedTimer::End);
  }
  // How often each group is chosen in a thousand draws.
  std::map<std::string, int> Draws(std::uint64_t size_bytes) {
    std::map<std::string, int> draws;
    for (int i = 0; i < 1000; ++i) {
      const auto group = choice_.Group({size_bytes}, random_);
      EXPECT_TRUE(group.ok());
      ++draws[*group];
    }
    return draws;
  }
  Code CodeOf(std::uint64_t size_bytes) {
    const auto group = choice_.Group({size_bytes}, random_);
    EXPECT_FALSE(group.ok());
    return group.error().code();
  }

  FakeClock clock_;
  CountingRandom random_;
  Registry registry_{{}, clock_};
  FakeDirectoryStore directory_store_;
  net::BlockingPool pool_{1};
  ScriptedTimer timer_;
  Directory directory_{directory_store_, pool_, timer_};
  Choice choice_{{}, registry_, directory_};
};

TEST_F(ChoiceTest, OnlyActiveStoragesAreTold) {
  EXPECT_THAT(choice_.Addresses("g1", "x"), IsEmpty());
  Join("g1", "a", 1);
  EXPECT_THAT(choice_.Addresses("g1", "x"), IsEmpty());
  Activate("g1", "b", 2);
  Activate("g10", "c", 3);
  EXPECT_THAT(choice_.Addresses("g1", "x"), ElementsAre("10.0.0.1:2"));
}

// There is no rebalancing: this is what makes it unnecessary
// (docs/decisions/2026-11-21-no-rebalance.md).
TEST_F(ChoiceTest, SpreadFillsUnequalGroupsTogether) {
  std::map<std::string, std::uint64_t> free{{"half", 50 * kGiB}, {"empty", 100 * kGiB}};
  constexpr std::uint64_t kStep = kGiB / 16;
  const auto place = [&](std::uint64_t bytes) {
    for (std::uint64_t placed = 0; placed < bytes; placed += kStep) {
      for (const auto& [group, left] : free) ActivateWithFree(group, "a", left);
      free.at(choice_.Group({kStep}, random_).value()) -= kStep;
    }
  };
  const auto expect_about = [&](const std::string& group, double gibibytes) {
    EXPECT_NEAR(static_cast<double>(free.at(group)) / static_cast<double>(kGiB), gibibytes,
                gibibytes / 4)
        << group;
  };
  place(75 * kGiB);
  expect_about("half", 25);
  expect_about("empty", 50);
  place(60 * kGiB);
  expect_about("half", 5);
  expect_about("empty", 10);
}

TEST_F(ChoiceTest, AtMostThree) {
  for (std::uint16_t i = 1; i <= 5; ++i) Activate("g1", std::to_string(i), i);
  EXPECT_EQ(choice_.Addresses("g1", "x").size(), 3U);
}

TEST_F(ChoiceTest, OneFileAlwaysInTheSameOrderDifferentFilesSpread) {
  for (std::uint16_t i = 1; i <= 3; ++i) Activate("g1", std::to_string(i), i);
  std::set<std::string> firsts;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "g1/" + std::to_string(i);
    const auto addresses = choice_.Addresses("g1", id);
    EXPECT_EQ(addresses, choice_.Addresses("g1", id));
    firsts.insert(addresses.front());
  }
  EXPECT_EQ(firsts.size(), 3U);
}

TEST_F(ChoiceTest, NobodyThere) {
  EXPECT_EQ(CodeOf(0), Code::kUnavailable);
  Join("g1", "a");
  EXPECT_EQ(CodeOf(0), Code::kUnavailable);
}

TEST_F(ChoiceTest, NobodyHasRoom) {
  ActivateWithFree("g1", "a", kGiB);
  EXPECT_EQ(CodeOf(kGiB + 1), Code::kNoSpace);
  EXPECT_EQ(*choice_.Group({kGiB}, random_), "g1");
}

TEST_F(ChoiceTest, TheFullestStorageDecidesForItsGroup) {
  ActivateWithFree("g1", "a", 10 * kGiB);
  ActivateWithFree("g1", "b", 1);
  ActivateWithFree("g2", "c", kGiB);
  EXPECT_EQ(Draws(4096).size(), 1U);
  EXPECT_EQ(*choice_.Group({4096}, random_), "g2");
}

TEST_F(ChoiceTest, CompleteGroupsComeFirst) {
  ActivateWithFree("g1", "a", 100 * kGiB);
  Join("g1", "silent");
  ActivateWithFree("g2", "c", kGiB);
  EXPECT_EQ(Draws(4096).size(), 1U);
  EXPECT_EQ(*choice_.Group({4096}, random_), "g2");
  EXPECT_EQ(*choice_.Group({2 * kGiB}, random_), "g1") << "better than none";
}

TEST_F(ChoiceTest, MoreFreeSpaceIsMoreLikely) {
  ActivateWithFree("g1", "a", 30 * kGiB);
  ActivateWithFree("g2", "b", 10 * kGiB);
  const auto draws = Draws(0);
  EXPECT_NEAR(draws.at("g1"), 750, 60);
  EXPECT_NEAR(draws.at("g2"), 250, 60);
}

TEST_F(ChoiceTest, UnknownSpaceIsALastResort) {
  Activate("g1", "a");
  EXPECT_EQ(*choice_.Group({kGiB}, random_), "g1");
  ActivateWithFree("g2", "b", 2 * kGiB);
  EXPECT_EQ(Draws(kGiB).size(), 1U);
  EXPECT_EQ(*choice_.Group({kGiB}, random_), "g2");
}

TEST_F(ChoiceTest, ABusyStorageIsAskedAfterTheOthersOfItsGroup) {
  for (std::uint16_t i = 1; i <= 3; ++i) Activate("g1", std::to_string(i), i);
  const Choice choice({false, 0, 10}, registry_, directory_);
  const auto idle = choice.Addresses("g1", "g1/7");
  const std::string first_host = idle.front().substr(idle.front().rfind(':') + 1);
  Fill("g1", first_host, 9);
  EXPECT_EQ(choice.Addresses("g1", "g1/7"), idle);
  Fill("g1", first_host, 10);
  EXPECT_THAT(choice.Addresses("g1", "g1/7"), ElementsAre(idle[1], idle[2], idle[0]));
  Fill("g1", first_host, 0);
  EXPECT_EQ(choice.Addresses("g1", "g1/7"), idle);
}

TEST_F(ChoiceTest, ADrainingStorageIsReadFromLastAndGetsNothingNew) {
  for (std::uint16_t i = 1; i <= 2; ++i) Activate("g1", std::to_string(i), i);
  registry_.SetStanding({"g1", "1"}, Standing::kDraining);
  for (int i = 0; i < 20; ++i)
    EXPECT_THAT(choice_.Addresses("g1", std::to_string(i)),
                ElementsAre("10.0.0.1:2", "10.0.0.1:1"));
  EXPECT_THAT(choice_.AddressesForNew("g1", "u"), ElementsAre("10.0.0.1:2"));
  registry_.SetStanding({"g1", "2"}, Standing::kDraining);
  EXPECT_THAT(choice_.AddressesForNew("g1", "u"), IsEmpty());
  EXPECT_EQ(CodeOf(0), Code::kUnavailable);
}

TEST_F(ChoiceTest, AGroupIsCompleteWithoutWhatDrains) {
  ActivateWithFree("g1", "a", kGiB);
  Join("g1", "silent");
  ActivateWithFree("g2", "b", kGiB);
  EXPECT_EQ(Draws(0).size(), 1U);
  registry_.SetStanding({"g1", "silent"}, Standing::kDraining);
  EXPECT_EQ(Draws(0).size(), 2U);
}

TEST_F(ChoiceTest, AStorageThatIsOutIsNotOfferedUnlessItIsAlone) {
  for (std::uint16_t i = 1; i <= 2; ++i) Activate("g1", std::to_string(i), i);
  registry_.SetOut({"g1", "1"}, true);
  EXPECT_THAT(choice_.Addresses("g1", "x"), ElementsAre("10.0.0.1:2"));
  registry_.SetOut({"g1", "2"}, true);
  EXPECT_EQ(choice_.Addresses("g1", "x").size(), 1U) << "better than none";
}

TEST_F(ChoiceTest, AGroupWithNothingButWhatIsOutTakesContentAsALastResort) {
  Activate("g1", "1", 1);
  registry_.SetOut({"g1", "1"}, true);
  EXPECT_THAT(Draws(1), ElementsAre(std::pair("g1", 1000)));
  Join("g2", "1");
  Activate("g2", "2");
  EXPECT_THAT(Draws(1), ElementsAre(std::pair("g2", 1000))) << "incomplete, but well";
}

TEST_F(ChoiceTest, ABusyGroupGetsLess) {
  ActivateWithFree("g1", "a", 100 * kGiB);
  ActivateWithFree("g2", "b", 100 * kGiB);
  wire::HeartBeat beat = BeatOf("g1", "a", 100 * kGiB);
  beat.statistics->requests_in_flight = 64 * 3;
  ASSERT_TRUE(registry_.Beat(beat, kIp).ok());
  EXPECT_NEAR(Draws(0).at("g2"), 800, 60);
}

TEST_F(ChoiceTest, TheRegionAskedForIsPreferred) {
  ActivateWithFree("g1", "a", 100 * kGiB);
  ActivateWithFree("g2", "b", kGiB);
  SetGroup("g2", {"east", 0});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*choice_.Group({0, "east"}, random_), "g2");
  EXPECT_TRUE(choice_.Group({0, "west"}, random_).ok()) << "nothing there: any other";
  EXPECT_EQ(*choice_.Group({2 * kGiB, "east"}, random_), "g1") << "full: any other";
}

TEST_F(ChoiceTest, AReserveStaysFree) {
  ActivateWithFree("g1", "a", 2 * kGiB);
  SetGroup("g1", {"", kGiB});
  EXPECT_EQ(*choice_.Group({kGiB}, random_), "g1");
  EXPECT_EQ(CodeOf(kGiB + 1), Code::kNoSpace);
  SetGroup("g1", {"", 3 * kGiB});
  EXPECT_EQ(CodeOf(1), Code::kNoSpace);
}

TEST_F(ChoiceTest, FillTakesOneGroupAfterTheOther) {
  const Choice choice({true, kGiB, 0}, registry_, directory_);
  ActivateWithFree("g1", "a", 2 * kGiB);
  ActivateWithFree("g2", "b", 90 * kGiB);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*choice.Group({}, random_), "g1");
  ASSERT_TRUE(registry_.Beat(BeatOf("g1", "a", kGiB - 1), kIp).ok());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*choice.Group({}, random_), "g2");
  ASSERT_TRUE(registry_.Beat(BeatOf("g2", "b", kGiB - 1), kIp).ok());
  EXPECT_EQ(*choice.Group({}, random_), "g1") << "all are low: the first that has room";
}

}  // namespace
}  // namespace yundisk::tracker
