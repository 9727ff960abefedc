#include "storage_core/storage/local_engine.h"

#include "storage_core/storage/checksum.h"
#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class LocalEngineTest : public EngineFixture {
 protected:
  LocalEngineTest() { Start(); }
};

TEST_F(LocalEngineTest, GivesBackWhatWasPut) {
  for (const std::size_t size : {0UL, 1UL, 511UL, 9'999UL, 10'000UL, 300'000UL, 600'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    ASSERT_TRUE(Put(id, Pattern(size, 1)).ok());
    EXPECT_EQ(*Get(id), Pattern(size, 1));
    EXPECT_EQ(Stat(id)->size_bytes, size);
    EXPECT_EQ(Stat(id)->digest.crc32, Crc32(Pattern(size, 1)));
  }
  EXPECT_EQ(large_files().size(), 3U);
}

TEST_F(LocalEngineTest, CutsRanges) {
  for (const std::size_t size : {1000UL, 600'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    const Bytes content = Pattern(size, 2);
    ASSERT_TRUE(Put(id, content).ok());
    EXPECT_EQ(*Get(id, {10, 20}), Bytes(content.begin() + 10, content.begin() + 30));
    EXPECT_EQ(*Get(id, {size - 5, 0}), Bytes(content.end() - 5, content.end()));
    EXPECT_EQ(*Get(id, {size - 5, 1'000'000}), Bytes(content.end() - 5, content.end()));
    EXPECT_TRUE(Get(id, {size, 0})->empty());
    EXPECT_EQ(CodeOf(Get(id, {size + 1, 0})), Code::kOutOfRange);
  }
}

TEST_F(LocalEngineTest, RangesCrossBlocks) {
  const Bytes content = Pattern(900'000, 3);
  ASSERT_TRUE(Put("1/1", content).ok());
  EXPECT_EQ(*Get("1/1", {262'000, 300'000}),
            Bytes(content.begin() + 262'000, content.begin() + 562'000));
}

TEST_F(LocalEngineTest, RetriesAreHarmless) {
  for (const std::size_t size : {100UL, 20'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    ASSERT_TRUE(Put(id, Pattern(size, 1)).ok());
    EXPECT_TRUE(Put(id, Pattern(size, 1)).ok());
    EXPECT_EQ(CodeOf(Put(id, Pattern(size, 2))), Code::kExists);
    EXPECT_EQ(CodeOf(Put(id, Pattern(size + 1, 1))), Code::kExists);
    EXPECT_EQ(*Get(id), Pattern(size, 1));
  }
  EXPECT_EQ(large_files().size(), 1U);
  EXPECT_EQ(Statistic("objects"), "2");
}

TEST_F(LocalEngineTest, DeletedIdsStayDeleted) {
  for (const std::size_t size : {100UL, 20'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    ASSERT_TRUE(Put(id, Pattern(size, 1)).ok());
    ASSERT_TRUE(Remove(id).ok());
    EXPECT_EQ(CodeOf(Get(id)), Code::kNotFound);
    EXPECT_EQ(CodeOf(Stat(id)), Code::kNotFound);
    EXPECT_EQ(CodeOf(Remove(id)), Code::kNotFound);
    EXPECT_EQ(CodeOf(Put(id, Pattern(size, 1))), Code::kDeleted);
  }
  EXPECT_TRUE(large_files().empty());
  EXPECT_EQ(Statistic("objects"), "0");
}

TEST_F(LocalEngineTest, OwnersDoNotSeeEachOther) {
  ASSERT_TRUE(Put("1/1", Pattern(10, 1)).ok());
  for (const ObjectKey& key :
       {ObjectKey("app", "other", "1/1"), ObjectKey("other", "user", "1/1")}) {
    EXPECT_EQ(CodeOf(Await(engine().Size(key))), Code::kNotFound);
    EXPECT_EQ(CodeOf(Await(engine().Remove(key))), Code::kNotFound);
  }
  EXPECT_TRUE(Get("1/1").ok());
}

TEST_F(LocalEngineTest, AnUploadThatBreaksOffLeavesNothing) {
  for (const std::size_t size : {5000UL, 50'000UL}) {
    simulation::MemorySource source(Pattern(size - 1, 1));
    const ObjectKey key = Key("1/1");
    EXPECT_EQ(CodeOf(Await(engine().Put(key, size, source))), Code::kBadRequest);
    EXPECT_EQ(CodeOf(Get("1/1")), Code::kNotFound);
  }
  EXPECT_TRUE(large_files().empty());
  EXPECT_TRUE(Put("1/1", Pattern(7, 1)).ok());
}

TEST_F(LocalEngineTest, ConcurrentUploadsShareSyncs) {
  constexpr std::size_t kUploads = 64;
  std::vector<ObjectKey> keys;
  std::vector<std::unique_ptr<simulation::MemorySource>> sources;
  std::vector<std::optional<Result<void>>> results(kUploads);
  for (std::size_t i = 0; i < kUploads; ++i) {
    keys.push_back(Key("1/" + std::to_string(i)));
    sources.push_back(std::make_unique<simulation::MemorySource>(Pattern(200, 1)));
  }
  const std::uint64_t syncs_before = disk_.file_syncs();
  for (std::size_t i = 0; i < kUploads; ++i)
    Spawn(engine().Put(keys[i], 200, *sources[i]), results[i]);
  RunAll();
  for (const auto& result : results) EXPECT_TRUE(result && result->ok());
  EXPECT_LT(disk_.file_syncs() - syncs_before, kUploads / 8);
}

TEST_F(LocalEngineTest, VouchesForFreshLargeFilesOnly) {
  ASSERT_TRUE(Put("1/small", Pattern(10, 1)).ok());
  ASSERT_TRUE(Put("1/large", Pattern(20'000, 1)).ok());
  EXPECT_EQ(Stat("1/small")->local_file, "");
  EXPECT_EQ("/data" + Stat("1/large")->local_file.substr(2), large_files().at(0));
  clock_.Advance(std::chrono::hours(24 * 8));
  EXPECT_EQ(Stat("1/large")->local_file, "");
  ASSERT_TRUE(Await(engine().Scrub(1 << 20)).ok());
  EXPECT_NE(Stat("1/large")->local_file, "");
}

TEST_F(LocalEngineTest, AFullDiskRefusesAndGoesOn) {
  ASSERT_TRUE(Put("1/1", Pattern(100, 1)).ok());
  disk_.SetCapacity(0);
  EXPECT_EQ(CodeOf(Put("1/large", Pattern(20'000, 1))), Code::kNoSpace);
  Code last = Code::kInternal;
  for (int i = 2; i < 200 && last != Code::kNoSpace; ++i) {
    const Result<void> put = Put("1/" + std::to_string(i), Pattern(1000, 1));
    if (!put) last = put.error().code();
  }
  EXPECT_EQ(last, Code::kNoSpace);
  EXPECT_TRUE(Get("1/1").ok());
  EXPECT_TRUE(large_files().empty());
  disk_.SetCapacity(UINT64_MAX);
  EXPECT_TRUE(Put("1/large", Pattern(20'000, 1)).ok());
  EXPECT_TRUE(Put("1/again", Pattern(1000, 1)).ok());
}

TEST_F(LocalEngineTest, KeepsSomeRoomFree) {
  options_.min_free_bytes = 1 << 20;
  disk_.SetCapacity(3 << 20);
  Start();
  EXPECT_TRUE(Put("1/1", Pattern(1 << 20, 1)).ok());
  EXPECT_TRUE(Await(engine().RefreshFreeBytes()).ok());
  EXPECT_EQ(CodeOf(Put("1/2", Pattern(1 << 20, 1))), Code::kNoSpace);
}

TEST_F(LocalEngineTest, AFailedSyncStopsWritesForGood) {
  ASSERT_TRUE(Put("1/1", Pattern(100, 1)).ok());
  disk_.FailNextSync();
  EXPECT_FALSE(Put("1/2", Pattern(100, 1)).ok());
  EXPECT_EQ(CodeOf(Put("1/3", Pattern(100, 1))), Code::kUnavailable);
  EXPECT_EQ(CodeOf(Remove("1/1")), Code::kUnavailable);
  EXPECT_EQ(*Get("1/1"), Pattern(100, 1));
  EXPECT_NE(Statistic("writes").find("stopped"), std::string::npos);
}

TEST_F(LocalEngineTest, AFailedSyncOfALargeFileStopsWritesToo) {
  disk_.FailNextSync();
  EXPECT_FALSE(Put("1/large", Pattern(20'000, 1)).ok());
  EXPECT_EQ(CodeOf(Put("1/2", Pattern(100, 1))), Code::kUnavailable);
}

// Its next sync would succeed without bringing what the first one lost.
TEST_F(LocalEngineTest, NobodyTakesOverAFileWhoseSyncFailed) {
  disk_.PutUnsyncedFile("/spool/1/f", Pattern(20'000, 1));
  disk_.FailNextSync();
  const ObjectKey key = Key("1/large");
  EXPECT_FALSE(Await(engine().Adopt(key, 20'000, "1/f")).ok());
  EXPECT_TRUE(disk_.Files("/spool/").empty());
  EXPECT_EQ(CodeOf(Await(engine().Adopt(key, 20'000, "1/f"))), Code::kUnavailable);
  StartAfterPowerCut();
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kNotFound);
  EXPECT_EQ(*Await(engine().Sweep()), 1U);
}

TEST_F(LocalEngineTest, TheFileOfADamagedObjectGoesOnceItIsHealed) {
  const Bytes content = Pattern(20'000, 1);
  ASSERT_TRUE(Put("1/large", content).ok());
  const std::string damaged = large_files().at(0);
  disk_.Rot(damaged, 100);
  EXPECT_EQ(CodeOf(Get("1/large")), Code::kCorrupt);
  ASSERT_TRUE(Put("1/large", content).ok());
  EXPECT_EQ(*Get("1/large"), content);
  ASSERT_EQ(large_files().size(), 1U);
  EXPECT_NE(large_files().at(0), damaged);
}

TEST_F(LocalEngineTest, RefusesWhatIsTooLarge) {
  simulation::MemorySource source(Bytes{});
  const ObjectKey key = Key("1/1");
  EXPECT_EQ(CodeOf(Await(engine().Put(key, Engine::kMaxObjectBytes + 1, source))),
            Code::kBadRequest);
}

TEST_F(LocalEngineTest, AdoptsFromTheSpool) {
  for (const std::size_t size : {100UL, 20'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    const Bytes content = Pattern(size, 5);
    disk_.PutFile("/spool/1/f", content);
    const ObjectKey key = Key(id);
    const auto adopted = Await(engine().Adopt(key, size, "1/f"));
    ASSERT_TRUE(adopted.ok()) << adopted.error().message();
    EXPECT_EQ(adopted->crc32, Crc32(content));
    EXPECT_EQ(*Get(id), content);
    EXPECT_FALSE(disk_.Content("/spool/1/f").has_value());
    StartAfterPowerCut();
    EXPECT_EQ(*Get(id), content);
  }
}

TEST_F(LocalEngineTest, ARefusedAdoptionLeavesTheFileInTheSpool) {
  ASSERT_TRUE(Put("1/1", Pattern(20'000, 1)).ok());
  disk_.PutFile("/spool/f", Pattern(20'000, 2));
  const ObjectKey key = Key("1/1");
  EXPECT_EQ(CodeOf(Await(engine().Adopt(key, 20'000, "f"))), Code::kExists);
  const ObjectKey other = Key("1/2");
  EXPECT_EQ(CodeOf(Await(engine().Adopt(other, 20'001, "f"))), Code::kBadRequest);
  EXPECT_EQ(CodeOf(Await(engine().Adopt(other, 20'000, "g"))), Code::kUnavailable);
  EXPECT_EQ(CodeOf(Await(engine().Adopt(other, 20'000, "../f"))), Code::kBadRequest);
  EXPECT_EQ(disk_.Content("/spool/f"), Pattern(20'000, 2));
  EXPECT_EQ(large_files().size(), 1U);
}

TEST_F(LocalEngineTest, SweepsFilesWithoutRecord) {
  ASSERT_TRUE(Put("1/1", Pattern(20'000, 1)).ok());
  disk_.PutFile("/data/large/ab/000000000000000000000000000000", Pattern(5, 1));
  EXPECT_EQ(*Await(engine().Sweep()), 1U);
  EXPECT_EQ(large_files().size(), 1U);
  EXPECT_TRUE(Get("1/1").ok());
}

}  // namespace
}  // namespace yundisk::storage
