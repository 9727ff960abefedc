#include "storage_core/storage/object_check.h"

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class ObjectCheckTest : public EngineFixture {
 protected:
  ObjectCheckTest() {
    Start();
    EXPECT_TRUE(Put("1/small", Pattern(1000, 1)).ok());
    EXPECT_TRUE(Put("1/large", Pattern(600'000, 2)).ok());
  }
  Result<bool> Reread(std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(engine().Reread(key));
  }
  Known Lookup(std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(engine().Lookup(key)).value().value();
  }
};

TEST_F(ObjectCheckTest, NotesWhenItWasIntact) {
  clock_.Advance(std::chrono::hours(1));
  for (const char* id : {"1/small", "1/large"}) {
    EXPECT_FALSE(Reread(id).value());
    EXPECT_EQ(Lookup(id).verified_at_s, SecondsSince1970(clock_.Now()));
    EXPECT_FALSE(Lookup(id).damaged);
  }
  EXPECT_NE(Stat("1/large")->local_file, "") << "read just now, so nginx may send it";
}

TEST_F(ObjectCheckTest, FindsDamageThoughTheFileWasVouchedFor) {
  disk_.Rot(large_files().at(0), 300'000);
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) + 1);
  for (const char* id : {"1/small", "1/large"}) {
    EXPECT_TRUE(Reread(id).value());
    EXPECT_TRUE(Lookup(id).damaged);
    EXPECT_EQ(CodeOf(Get(id)), Code::kCorrupt);
  }
}

TEST_F(ObjectCheckTest, WhatTheDiskCannotReadIsDamaged) {
  disk_.MakeUnreadable(large_files().at(0), 300'000);
  disk_.MakeUnreadable(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) + 1);
  for (const char* id : {"1/small", "1/large"}) {
    EXPECT_TRUE(Reread(id).value());
    EXPECT_TRUE(Lookup(id).damaged);
  }
}

TEST_F(ObjectCheckTest, ARecordWhoseHeadIsDamagedIsWrittenAnewAndTheObjectIsNotDamaged) {
  disk_.Rot(volumes().at(0), Locate(volumes().at(0), Pattern(1000, 1)) - 60);
  EXPECT_FALSE(Reread("1/small").value());
  EXPECT_FALSE(Lookup("1/small").damaged);
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_EQ(*Get("1/small"), Pattern(1000, 1));
}

TEST_F(ObjectCheckTest, SoIsTheRecordOfADeletion) {
  ASSERT_TRUE(Remove("1/small").ok());
  const Bytes content = *disk_.Content(volumes().at(0));
  const Bytes key = BytesOf(Key("1/small").text());
  const auto found = std::find_end(content.begin(), content.end(), key.begin(), key.end());
  disk_.Rot(volumes().at(0), static_cast<std::uint64_t>(found - content.begin()) - 20);
  EXPECT_FALSE(Reread("1/small").value());
  LoseIndex();
  StartAfterPowerCut();
  EXPECT_EQ(CodeOf(Put("1/small", Pattern(1000, 1))), Code::kDeleted);
}

TEST_F(ObjectCheckTest, EndsWithTheEngine) {
  engine().StopUpkeep();
  EXPECT_EQ(CodeOf(Reread("1/large")), Code::kUnavailable);
  EXPECT_FALSE(Lookup("1/large").damaged);
}

TEST_F(ObjectCheckTest, WhatIsNotThereIsNotRead) {
  ASSERT_TRUE(Remove("1/small").ok());
  EXPECT_FALSE(Reread("1/small").value());
  EXPECT_FALSE(Reread("1/never").value());
  EXPECT_TRUE(Lookup("1/small").deleted);
}

TEST_F(ObjectCheckTest, ObjectsAreListedInTheOrderOfTheirKeys) {
  ASSERT_TRUE(Put("1/gone", Pattern(10, 1)).ok());
  ASSERT_TRUE(Remove("1/gone").ok());
  const ObjectList list = Await(engine().ObjectsAfter("")).value();
  ASSERT_EQ(list.rows.size(), 3U);
  EXPECT_EQ(list.rows[0].key, Key("1/gone").text());
  EXPECT_TRUE(list.rows[0].deleted);
  EXPECT_EQ(list.rows[1].key, Key("1/large").text());
  EXPECT_EQ(list.rows[1].size_bytes, 600'000U);
  EXPECT_EQ(list.next, "");
  EXPECT_EQ(Await(engine().ObjectsAfter(Key("1/large").text()))->rows.size(), 1U);
  EXPECT_EQ(engine().totals().objects, 2U);
}

}  // namespace
}  // namespace yundisk::storage
