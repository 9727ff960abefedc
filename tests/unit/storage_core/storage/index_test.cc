// Both indexes, through their interface.
#include "storage_core/storage/index.h"

#include <fstream>
#include <memory>

#include <gtest/gtest.h>

#include "storage_core/storage/index_codec.h"
#include "storage_core/storage/memory_index.h"
#include "storage_core/storage/rocksdb_index.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::storage {
namespace {

class IndexMaker {
 public:
  virtual ~IndexMaker() = default;
  // As after a restart: with what was flushed.
  virtual std::unique_ptr<Index> Open() = 0;
};

class MemoryMaker final : public IndexMaker {
 public:
  std::unique_ptr<Index> Open() override { return std::make_unique<MemoryIndex>(flushed_); }

 private:
  MemoryIndexContent flushed_;
};

class RocksDbMaker final : public IndexMaker {
 public:
  std::unique_ptr<Index> Open() override {
    auto index = RocksDbIndex::Open(folder_.File("index"));
    EXPECT_TRUE(index.ok());
    return *std::move(index);
  }

 private:
  test::TemporaryFolder folder_;
};

class IndexTest : public testing::TestWithParam<bool> {
 protected:
  IndexTest() {
    if (GetParam())
      maker_ = std::make_unique<RocksDbMaker>();
    else
      maker_ = std::make_unique<MemoryMaker>();
    index_ = maker_->Open();
  }
  void Reopen() {
    index_.reset();
    index_ = maker_->Open();
  }

  static Entry EntryAt(std::uint64_t offset) {
    Entry entry;
    entry.record.sequence = offset * 2;
    entry.record.digest.crc32 = 77;
    entry.place = {3, offset};
    entry.payload_bytes = 12;
    entry.verified_at_s = 99;
    return entry;
  }

  std::unique_ptr<IndexMaker> maker_;
  std::unique_ptr<Index> index_;
};

TEST_P(IndexTest, StartsEmpty) {
  EXPECT_FALSE(index_->Find("k")->has_value());
  EXPECT_EQ(index_->LoadCheckpoint()->next_sequence, 1U);
  EXPECT_TRUE(index_->LoadLiveBytes()->empty());
  EXPECT_TRUE(index_->Next("", 10)->empty());
}

TEST_P(IndexTest, KeepsAFlushedChangeWhole) {
  LargeName name{};
  name[0] = std::byte{1};
  IndexChange change;
  change.entries = {{"a", EntryAt(10)}, {std::string("b\0c", 3), EntryAt(20)}};
  change.large_added = {{name, "a"}};
  change.live_bytes = {{3, 1000}, {4, 5}};
  change.checkpoint = {{3, 30}, 41, 2, 24};
  ASSERT_TRUE(index_->Apply(change).ok());
  ASSERT_TRUE(index_->Flush().ok());
  Reopen();
  const Entry found = **index_->Find("a");
  EXPECT_EQ(found.place, EntryAt(10).place);
  EXPECT_EQ(found.record.sequence, 20U);
  EXPECT_EQ(found.payload_bytes, 12U);
  EXPECT_EQ(found.verified_at_s, 99U);
  EXPECT_TRUE(*index_->HasLarge(name));
  EXPECT_EQ(index_->LoadLiveBytes()->at(3), 1000U);
  EXPECT_EQ(index_->LoadCheckpoint()->log, (Place{3, 30}));
  EXPECT_EQ(index_->LoadCheckpoint()->objects, 2U);
}

TEST_P(IndexTest, WalksInOrder) {
  IndexChange change;
  change.entries = {{"b", EntryAt(2)}, {"a", EntryAt(1)}, {std::string("a\0x", 3), EntryAt(3)}};
  ASSERT_TRUE(index_->Apply(change).ok());
  const auto rows = *index_->Next("", 10);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].first, "a");
  EXPECT_EQ(rows[1].first, std::string("a\0x", 3));
  EXPECT_EQ(rows[2].first, "b");
  EXPECT_EQ(index_->Next("aa", 10)->size(), 1U);
  EXPECT_EQ(index_->Next("a", 1)->at(0).first, std::string("a\0x", 3));
  EXPECT_TRUE(index_->Next("b", 10)->empty());
}

TEST_P(IndexTest, RemovesWhatAChangeRemoves) {
  LargeName name{};
  IndexChange change;
  change.large_added = {{name, "a"}};
  change.live_bytes = {{3, 1000}};
  ASSERT_TRUE(index_->Apply(change).ok());
  IndexChange removal;
  removal.large_removed = {name};
  removal.volumes_removed = {3};
  ASSERT_TRUE(index_->Apply(removal).ok());
  EXPECT_FALSE(*index_->HasLarge(name));
  EXPECT_TRUE(index_->LoadLiveBytes()->empty());
}

INSTANTIATE_TEST_SUITE_P(Both, IndexTest, testing::Bool(), [](const auto& chosen) {
  return chosen.param ? std::string("RocksDb") : std::string("Memory");
});

TEST(RocksDbIndexTest, ADamagedIndexIsThrownAway) {
  const test::TemporaryFolder folder;
  const std::string path = folder.File("index");
  {
    auto index = RocksDbIndex::Open(path);
    IndexChange change;
    change.entries = {{"a", Entry{}}};
    ASSERT_TRUE((*index)->Apply(change).ok());
    ASSERT_TRUE((*index)->Flush().ok());
  }
  std::ofstream(path + "/CURRENT", std::ios::trunc) << "nonsense\n";
  auto index = RocksDbIndex::Open(path);
  ASSERT_TRUE(index.ok()) << index.error().message();
  EXPECT_FALSE((*index)->Find("a")->has_value());
}

TEST(IndexCodec, RefusesRowsItDidNotWrite) {
  const std::string row = EncodeEntry(Entry{});
  EXPECT_TRUE(DecodeEntry(row).ok());
  EXPECT_FALSE(DecodeEntry(row + "x").ok());
  EXPECT_FALSE(DecodeEntry(row.substr(1)).ok());
  EXPECT_FALSE(DecodeEntry("").ok());
  EXPECT_FALSE(DecodeCheckpoint("\x02").ok());
}

}  // namespace
}  // namespace yundisk::storage
