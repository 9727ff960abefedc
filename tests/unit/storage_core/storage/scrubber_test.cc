#include "storage_core/storage/scrubber.h"

#include <set>

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

constexpr std::uint64_t kPlenty = 10 << 20;

class ScrubberTest : public EngineFixture {
 protected:
  ScrubberTest() {
    Start();
    EXPECT_TRUE(Put("1/small", Pattern(1000, 1)).ok());
    EXPECT_TRUE(Put("1/large", Pattern(600'000, 2)).ok());
  }
};

TEST_F(ScrubberTest, PassesOverWhatWasVerifiedLately) {
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "0");
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "2");
}

TEST_F(ScrubberTest, ATimeToComeSaysNothing) {
  clock_.Jump(-std::chrono::hours(24 * 365));
  EXPECT_EQ(Stat("1/large")->local_file, "");
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "2");
  EXPECT_NE(Stat("1/large")->local_file, "");
}

TEST_F(ScrubberTest, FindsRotAndServesItNeverAgain) {
  disk_.Rot(large_files().at(0), 300'000);
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) + 1);
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_damaged"), "2");
  EXPECT_EQ(CodeOf(Get("1/small")), Code::kCorrupt);
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kCorrupt);
  EXPECT_EQ(CodeOf(Stat("1/large")), Code::kCorrupt);
}

TEST_F(ScrubberTest, WhatTheDiskCannotReadIsDamaged) {
  disk_.MakeUnreadable(large_files().at(0), 300'000);
  disk_.MakeUnreadable(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) + 1);
  std::set<std::string> told;
  engine().OnDamage([&](const std::string& key) { told.insert(key); });
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_damaged"), "2");
  EXPECT_EQ(told.size(), 2U);
  EXPECT_EQ(CodeOf(Get("1/small")), Code::kCorrupt);
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kCorrupt);
}

TEST_F(ScrubberTest, LooksAgainAtWhatWasDamaged) {
  const std::uint64_t at = Locate(volumes().at(0), Pattern(1000, 1)) + 1;
  disk_.Rot(volumes().at(0), at);
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(CodeOf(Get("1/small")), Code::kCorrupt);
  disk_.Rot(volumes().at(0), at);  // the bit flips back
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(*Get("1/small"), Pattern(1000, 1));
  EXPECT_EQ(Statistic("scrub_damaged"), "1");
}

TEST_F(ScrubberTest, GetsThroughManyObjectsAtOnce) {
  constexpr int kObjects = 1500;
  for (int i = 0; i < kObjects; ++i)
    ASSERT_TRUE(Put("2/" + std::to_string(i), Pattern(10, 1)).ok());
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(UINT64_MAX)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), std::to_string(kObjects + 2));
}

TEST_F(ScrubberTest, WritesARecordAnewWhoseHeadIsDamaged) {
  const std::uint64_t payload = Locate(volumes().at(0), Pattern(1000, 1));
  disk_.Rot(volumes().at(0), payload - 20);
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_rewritten"), "1");
  EXPECT_EQ(Statistic("scrub_damaged"), "0");
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_EQ(*Get("1/small"), Pattern(1000, 1));
}

TEST_F(ScrubberTest, WritesATombstoneAnewWhoseHeadIsDamaged) {
  ASSERT_TRUE(Remove("1/small").ok());
  const Bytes content = *disk_.Content(volumes().at(0));
  const Bytes key = BytesOf(Key("1/small").text());
  const auto found = std::find_end(content.begin(), content.end(), key.begin(), key.end());
  disk_.Rot(volumes().at(0), static_cast<std::uint64_t>(found - content.begin()) - 20);
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(kPlenty)).ok());
  EXPECT_EQ(Statistic("scrub_rewritten"), "1");
  EXPECT_EQ(Statistic("scrub_verified"), "1");
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_EQ(CodeOf(Get("1/small")), Code::kNotFound);
  EXPECT_EQ(CodeOf(Put("1/small", Pattern(1000, 1))), Code::kDeleted);
}

TEST_F(ScrubberTest, ReadsNoMoreThanItsBudgetAtOnce) {
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(1)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "0");
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Await(engine().Scrub(100'000)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "2");
}

TEST_F(ScrubberTest, AReaderFindsWhatCannotBeRead) {
  disk_.MakeUnreadable(large_files().at(0), 500'000);
  std::vector<std::string> told;
  engine().OnDamage([&](const std::string& key) { told.push_back(key); });
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kCorrupt);
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(ScrubberTest, AReaderFindsRotToo) {
  disk_.Rot(large_files().at(0), 500'000);
  EXPECT_EQ(Get("1/large", {0, 1000})->size(), 1000U);
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kCorrupt);
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) + 1);
  EXPECT_EQ(CodeOf(Get("1/small")), Code::kCorrupt);
}

}  // namespace
}  // namespace yundisk::storage
