#include "storage_core/storage/catalog.h"

#include <gtest/gtest.h>

#include "storage_core/storage/memory_index.h"

namespace yundisk::storage {
namespace {

class CatalogTest : public testing::Test {
 protected:
  static Entry At(std::uint64_t sequence, const Place& place) {
    Entry entry;
    entry.record.sequence = sequence;
    entry.record.object_bytes = 10;
    entry.place = place;
    return entry;
  }
  static Entry Tombstone(std::uint64_t sequence, const Place& place) {
    Entry entry = At(sequence, place);
    entry.record.kind = RecordKind::kTombstone;
    return entry;
  }

  MemoryIndexContent flushed_;
  MemoryIndex index_{flushed_};
  std::unique_ptr<Catalog> catalog_ = *Catalog::Load(index_);
};

TEST_F(CatalogTest, TheNewestRecordCountsInAnyOrder) {
  EXPECT_TRUE(*catalog_->Stage("k", Tombstone(5, {2, 100})));
  EXPECT_FALSE(*catalog_->Stage("k", At(3, {1, 100})));
  ASSERT_TRUE(catalog_->Commit({2, 200}, 6).ok());
  EXPECT_TRUE((*index_.Find("k"))->deleted());
  EXPECT_EQ(catalog_->totals().objects, 0U);
}

TEST_F(CatalogTest, AMovedRecordReplacesItsOriginal) {
  EXPECT_TRUE(*catalog_->Stage("k", At(3, {1, 100})));
  ASSERT_TRUE(catalog_->Commit({1, 300}, 4).ok());
  EXPECT_TRUE(*catalog_->Stage("k", At(3, {2, 50})));
  EXPECT_FALSE(*catalog_->Stage("k", At(3, {1, 100})));
  ASSERT_TRUE(catalog_->Commit({2, 200}, 4).ok());
  EXPECT_EQ(catalog_->live_bytes()[1], 0U);
  EXPECT_EQ(catalog_->live_bytes()[2], RecordBytes(1, 0));
  EXPECT_EQ(catalog_->totals().objects, 1U);
}

TEST_F(CatalogTest, AnIntactCopyBeatsADamagedOne) {
  Entry damaged = At(3, {2, 50});
  damaged.damaged = true;
  EXPECT_TRUE(*catalog_->Stage("k", damaged));
  EXPECT_TRUE(*catalog_->Stage("k", At(3, {1, 100})));
  EXPECT_FALSE(*catalog_->Stage("k", damaged));
}

TEST_F(CatalogTest, WhatIsDroppedNeverWas) {
  EXPECT_TRUE(*catalog_->Stage("k", At(3, {1, 100})));
  EXPECT_TRUE(catalog_->FindStaged("k")->has_value());
  catalog_->DropStaged();
  EXPECT_FALSE(catalog_->FindStaged("k")->has_value());
  ASSERT_TRUE(catalog_->Commit({1, 100}, 1).ok());
  EXPECT_EQ(catalog_->totals().objects, 0U);
}

TEST_F(CatalogTest, CountsComeBackWithTheIndex) {
  EXPECT_TRUE(*catalog_->Stage("k", At(3, {1, 100})));
  ASSERT_TRUE(catalog_->Commit({1, 300}, 4).ok());
  const auto again = *Catalog::Load(index_);
  EXPECT_EQ(again->totals().objects, 1U);
  EXPECT_EQ(again->totals().object_bytes, 10U);
  EXPECT_EQ(again->checkpoint().log, (Place{1, 300}));
  EXPECT_EQ(again->checkpoint().next_sequence, 4U);
}

}  // namespace
}  // namespace yundisk::storage
