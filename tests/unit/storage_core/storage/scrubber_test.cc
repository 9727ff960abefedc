#include "storage_core/storage/scrubber.h"

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

TEST_F(ScrubberTest, ReadsNoMoreThanItsBudgetAtOnce) {
  clock_.Advance(std::chrono::hours(24 * 4));
  ASSERT_TRUE(Await(engine().Scrub(1)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "0");
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Await(engine().Scrub(100'000)).ok());
  EXPECT_EQ(Statistic("scrub_verified"), "2");
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
