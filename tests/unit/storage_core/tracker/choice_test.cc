#include "storage_core/tracker/choice.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
constexpr std::string_view kIp = "10.0.0.1";

class Choice : public testing::Test {
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
  // How often each group is chosen in a thousand draws.
  std::map<std::string, int> Draws(std::uint64_t size_bytes) {
    std::map<std::string, int> draws;
    for (int i = 0; i < 1000; ++i) {
      const auto group = ChooseGroup(registry_, size_bytes, random_);
      EXPECT_TRUE(group.ok());
      ++draws[*group];
    }
    return draws;
  }
  Code CodeOf(std::uint64_t size_bytes) {
    const auto group = ChooseGroup(registry_, size_bytes, random_);
    EXPECT_FALSE(group.ok());
    return group.error().code();
  }

  FakeClock clock_;
  CountingRandom random_;
  Registry registry_{{}, clock_};
};

TEST_F(Choice, OnlyActiveStoragesAreTold) {
  EXPECT_THAT(ActiveAddresses(registry_, "g1", "x"), IsEmpty());
  Join("g1", "a", 1);
  EXPECT_THAT(ActiveAddresses(registry_, "g1", "x"), IsEmpty());
  Activate("g1", "b", 2);
  Activate("g10", "c", 3);
  EXPECT_THAT(ActiveAddresses(registry_, "g1", "x"), ElementsAre("10.0.0.1:2"));
}

TEST_F(Choice, AtMostThree) {
  for (std::uint16_t i = 1; i <= 5; ++i) Activate("g1", std::to_string(i), i);
  EXPECT_EQ(ActiveAddresses(registry_, "g1", "x").size(), 3U);
}

TEST_F(Choice, OneFileAlwaysInTheSameOrderDifferentFilesSpread) {
  for (std::uint16_t i = 1; i <= 3; ++i) Activate("g1", std::to_string(i), i);
  std::set<std::string> firsts;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "g1/" + std::to_string(i);
    const auto addresses = ActiveAddresses(registry_, "g1", id);
    EXPECT_EQ(addresses, ActiveAddresses(registry_, "g1", id));
    firsts.insert(addresses.front());
  }
  EXPECT_EQ(firsts.size(), 3U);
}

TEST_F(Choice, NobodyThere) {
  EXPECT_EQ(CodeOf(0), Code::kUnavailable);
  Join("g1", "a");
  EXPECT_EQ(CodeOf(0), Code::kUnavailable);
}

TEST_F(Choice, NobodyHasRoom) {
  ActivateWithFree("g1", "a", kGiB);
  EXPECT_EQ(CodeOf(kGiB + 1), Code::kNoSpace);
  EXPECT_EQ(*ChooseGroup(registry_, kGiB, random_), "g1");
}

TEST_F(Choice, TheFullestStorageDecidesForItsGroup) {
  ActivateWithFree("g1", "a", 10 * kGiB);
  ActivateWithFree("g1", "b", 1);
  ActivateWithFree("g2", "c", kGiB);
  EXPECT_EQ(Draws(4096).size(), 1U);
  EXPECT_EQ(*ChooseGroup(registry_, 4096, random_), "g2");
}

TEST_F(Choice, CompleteGroupsComeFirst) {
  ActivateWithFree("g1", "a", 100 * kGiB);
  Join("g1", "silent");
  ActivateWithFree("g2", "c", kGiB);
  EXPECT_EQ(Draws(4096).size(), 1U);
  EXPECT_EQ(*ChooseGroup(registry_, 4096, random_), "g2");
  EXPECT_EQ(*ChooseGroup(registry_, 2 * kGiB, random_), "g1") << "better than none";
}

TEST_F(Choice, MoreFreeSpaceIsMoreLikely) {
  ActivateWithFree("g1", "a", 30 * kGiB);
  ActivateWithFree("g2", "b", 10 * kGiB);
  const auto draws = Draws(0);
  EXPECT_NEAR(draws.at("g1"), 750, 60);
  EXPECT_NEAR(draws.at("g2"), 250, 60);
}

TEST_F(Choice, UnknownSpaceIsALastResort) {
  Activate("g1", "a");
  EXPECT_EQ(*ChooseGroup(registry_, kGiB, random_), "g1");
  ActivateWithFree("g2", "b", 2 * kGiB);
  EXPECT_EQ(Draws(kGiB).size(), 1U);
  EXPECT_EQ(*ChooseGroup(registry_, kGiB, random_), "g2");
}

}  // namespace
}  // namespace yundisk::tracker
