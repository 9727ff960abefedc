#include "storage_core/storage/recovery.h"

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class RecoveryTest : public EngineFixture {
 protected:
  RecoveryTest() {
    Start();
    for (int i = 0; i < 5; ++i)
      EXPECT_TRUE(Put("1/" + std::to_string(i), Pattern(1000, static_cast<unsigned char>(i))).ok());
    EXPECT_TRUE(Put("1/large", Pattern(20'000, 9)).ok());
    EXPECT_TRUE(Remove("1/4").ok());
  }

  void ExpectAllButOne(int missing) {
    for (int i = 0; i < 4; ++i) {
      if (i == missing) continue;
      EXPECT_EQ(*Get("1/" + std::to_string(i)), Pattern(1000, static_cast<unsigned char>(i)));
    }
    EXPECT_EQ(*Get("1/large"), Pattern(20'000, 9));
    EXPECT_EQ(CodeOf(Get("1/4")), Code::kNotFound);
    EXPECT_EQ(CodeOf(Put("1/4", Pattern(1000, 4))), Code::kDeleted);
  }
};

TEST_F(RecoveryTest, ReadsTheTailBehindTheCheckpoint) {
  ASSERT_TRUE(Await(engine().FlushIndex()).ok());
  ASSERT_TRUE(Put("1/late", Pattern(50, 1)).ok());
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().records, 1U);
  EXPECT_EQ(*Get("1/late"), Pattern(50, 1));
  ExpectAllButOne(-1);
}

TEST_F(RecoveryTest, RebuildsALostIndex) {
  ASSERT_TRUE(Await(engine().FlushIndex()).ok());
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().records, 7U);
  EXPECT_EQ(Statistic("objects"), "5");
  ExpectAllButOne(-1);
}

TEST_F(RecoveryTest, ADamagedContentIsToldAndHidesNothing) {
  const Bytes victim = Pattern(1000, 2);
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), victim) + 500);
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().damaged_records, 1U);
  EXPECT_EQ(CodeOf(Get("1/2")), Code::kCorrupt);
  ExpectAllButOne(2);
  // The same content again heals it; other content is still refused.
  EXPECT_EQ(CodeOf(Put("1/2", Pattern(1000, 7))), Code::kExists);
  EXPECT_TRUE(Put("1/2", victim).ok());
  EXPECT_EQ(*Get("1/2"), victim);
  StartAfterPowerCut();
  EXPECT_EQ(*Get("1/2"), victim);
}

TEST_F(RecoveryTest, ADamagedHeaderHidesNothingBehindIt) {
  const Bytes victim = Pattern(1000, 2);
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), victim) - 40);
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().damaged_regions, 1U);
  ExpectAllButOne(2);
}

TEST_F(RecoveryTest, WhatCannotBeReadDoesNotStopTheStorage) {
  disk_.MakeUnreadable(volumes().at(0), 10);  // the first of the volume's headers
  disk_.MakeUnreadable(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 2)) + 500);
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_GE(engine().recovery().damaged_records + engine().recovery().damaged_regions, 1U);
  EXPECT_FALSE(Get("1/2").ok());
}

TEST_F(RecoveryTest, OneVolumeHeaderIsEnough) {
  disk_.Rot(volumes().at(0), 20);
  StartAfterPowerCut();
  ExpectAllButOne(-1);
}

TEST_F(RecoveryTest, AnUnreadableVolumeDoesNotStopTheStorage) {
  disk_.Rot(volumes().at(0), 20);
  disk_.Rot(volumes().at(0), kSecondVolumeHeaderAt + 20);
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().damaged_regions, 1U);
  EXPECT_EQ(volumes().size(), 2U);
  EXPECT_TRUE(Put("1/new", Pattern(10, 1)).ok());
  StartAfterPowerCut();
  EXPECT_EQ(*Get("1/new"), Pattern(10, 1));
}

TEST_F(RecoveryTest, JunkBehindTheLastRecordIsTornAndCleared) {
  // As a batch whose first sectors never came: not a record, behind everything durable.
  const std::string path = volumes().at(0);
  Bytes content = *disk_.Content(path);
  const std::size_t at = content.size() - 4096;
  std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(at), 600, std::byte{0xAB});
  Stop();
  disk_.PutFile(path, content);
  Start();
  EXPECT_EQ(engine().recovery().torn_bytes, 600U);
  EXPECT_EQ(engine().recovery().damaged_regions, 0U);
  ExpectAllButOne(-1);
  StartAfterPowerCut();
  EXPECT_EQ(engine().recovery().torn_bytes, 0U);
}

TEST_F(RecoveryTest, AHalfMadeVolumeIsRemoved) {
  Stop();
  disk_.PutFile("/data/volumes/0000000000000002.vol", Bytes(4096));
  Start();
  EXPECT_EQ(volumes().size(), 1U);
  ExpectAllButOne(-1);
}

TEST_F(RecoveryTest, ATruncatedVolumeLosesOnlyItsEnd) {
  const std::string path = volumes().at(0);
  Bytes content = *disk_.Content(path);
  content.resize(Locate(path, Pattern(1000, 3)) + 100);
  Stop();
  disk_.PutFile(path, content);
  Start();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Get("1/" + std::to_string(i)).ok());
  EXPECT_EQ(CodeOf(Get("1/3")), Code::kNotFound);
  EXPECT_TRUE(Put("1/3", Pattern(1000, 3)).ok());
  StartAfterPowerCut();
  EXPECT_EQ(*Get("1/3"), Pattern(1000, 3));
}

}  // namespace
}  // namespace yundisk::storage
