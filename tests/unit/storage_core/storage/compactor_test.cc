#include "storage_core/storage/compactor.h"

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class CompactorTest : public EngineFixture {
 protected:
  CompactorTest() {
    Start();
    // About four volumes of 64 KiB; two of three objects go again.
    for (int i = 0; i < 60; ++i)
      EXPECT_TRUE(Put("1/" + std::to_string(i), Pattern(4000, static_cast<unsigned char>(i))).ok());
    EXPECT_TRUE(Put("1/large", Pattern(20'000, 9)).ok());
    for (int i = 0; i < 60; ++i) {
      const bool stays = i % 3 == 0;
      EXPECT_TRUE(stays || Remove("1/" + std::to_string(i)).ok());
    }
  }

  std::size_t CompactAll() {
    std::size_t count = 0;
    while (true) {
      const auto compacted = Await(engine().Compact());
      EXPECT_TRUE(compacted.ok());
      if (!compacted || !*compacted) return count;
      ++count;
    }
  }

  void ExpectContents() {
    for (int i = 0; i < 60; ++i) {
      const std::string id = "1/" + std::to_string(i);
      if (i % 3 == 0) {
        EXPECT_EQ(*Get(id), Pattern(4000, static_cast<unsigned char>(i)));
      } else {
        EXPECT_EQ(CodeOf(Put(id, Pattern(4000, 1))), Code::kDeleted);
      }
    }
    EXPECT_EQ(*Get("1/large"), Pattern(20'000, 9));
    EXPECT_EQ(Statistic("objects"), "21");
  }
};

TEST_F(CompactorTest, GivesSpaceBackAndKeepsTombstones) {
  const std::size_t before = volumes().size();
  EXPECT_GT(CompactAll(), 1U);
  EXPECT_LT(volumes().size(), before);
  ExpectContents();
}

TEST_F(CompactorTest, SurvivesAPowerCutAndALostIndex) {
  ASSERT_TRUE(Await(engine().FlushIndex()).ok());
  CompactAll();
  StartAfterPowerCut();
  ExpectContents();
  LoseIndex();
  StartAfterPowerCut();
  ExpectContents();
}

TEST_F(CompactorTest, KeepsAVolumeItCannotReadThrough) {
  const std::string first = volumes().at(0);
  disk_.Rot(first, Locate(first, Pattern(4000, 3)) + 10);
  CompactAll();
  EXPECT_EQ(volumes().at(0), first);
  EXPECT_EQ(CodeOf(Get("1/3")), Code::kCorrupt);
  EXPECT_TRUE(Get("1/0").ok());
}

TEST_F(CompactorTest, DoesNothingWithoutGarbage) {
  CompactAll();
  EXPECT_EQ(CompactAll(), 0U);
}

TEST_F(CompactorTest, AReaderThatHoldsAnObjectIsNotDisturbed) {
  const ObjectKey key = Key("1/0");
  const auto content = Await(engine().Open(key, {}));
  ASSERT_TRUE(content.ok());
  CompactAll();
  EXPECT_EQ(Await((*content)->Next())->size(), 4000U);
}

}  // namespace
}  // namespace yundisk::storage
