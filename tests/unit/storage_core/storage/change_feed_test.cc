#include "storage_core/storage/change_feed.h"

#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

class ChangeFeedTest : public EngineFixture {
 protected:
  ChangeFeedTest() { Start(); }

  Changes After(ChangePosition after, std::size_t count = 1000) {
    auto changes = Await(engine().ChangesAfter(after, count));
    EXPECT_TRUE(changes.ok());
    return *std::move(changes);
  }
  // The last record that names the key: flips a bit of its head.
  void RotHead(std::string_view id) {
    const std::string path = volumes().back();
    const Bytes content = *disk_.Content(path);
    const Bytes key = BytesOf(Key(id).text());
    const auto found = std::find_end(content.begin(), content.end(), key.begin(), key.end());
    ASSERT_NE(found, content.end());
    disk_.Rot(path, static_cast<std::uint64_t>(found - content.begin()) - 20);
  }
};

TEST_F(ChangeFeedTest, TellsWhatCameAndWhatWent) {
  ASSERT_TRUE(Put("1/1", Pattern(100, 1)).ok());
  ASSERT_TRUE(Put("1/2", Pattern(20'000, 2)).ok());
  ASSERT_TRUE(Remove("1/1").ok());
  const Changes changes = After({});
  ASSERT_EQ(changes.rows.size(), 3U);
  EXPECT_EQ(changes.rows[0].key, Key("1/1").text());
  EXPECT_EQ(changes.rows[1].size_bytes, 20'000U);
  EXPECT_EQ(changes.rows[1].sha256, Stat("1/2")->digest.sha256);
  EXPECT_TRUE(changes.rows[2].deleted);
  EXPECT_EQ(changes.next, changes.end);
  EXPECT_TRUE(After(changes.next).rows.empty());
}

TEST_F(ChangeFeedTest, TellsHowManyAreLeft) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Put("1/" + std::to_string(i), Pattern(100, 1)).ok());
  const Changes some = After({}, 2);
  EXPECT_EQ(some.left, 3U);
  EXPECT_EQ(After(some.next, 2).left, 1U);
  EXPECT_EQ(After(some.next).left, 0U);
  EXPECT_EQ(After({}, 5).left, 0U);
}

TEST_F(ChangeFeedTest, ReadInPiecesItMissesNothing) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(Put("1/" + std::to_string(i), Pattern(3000, 1)).ok());
  ASSERT_GT(volumes().size(), 1U);
  std::vector<std::string> keys;
  ChangePosition position;
  while (true) {
    const Changes changes = After(position, 7);
    for (const Change& row : changes.rows) keys.push_back(row.key);
    if (changes.rows.empty()) break;
    position = changes.next;
  }
  ASSERT_EQ(keys.size(), 50U);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(keys[static_cast<std::size_t>(i)], Key("1/" + std::to_string(i)).text());
}

TEST_F(ChangeFeedTest, WhatCompactionMovedComesAgainBehind) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(Put("1/" + std::to_string(i), Pattern(3000, 1)).ok());
  const ChangePosition middle = After({}, 5).next;
  for (int i = 0; i < 50; ++i)
    if (i % 10 != 9) { ASSERT_TRUE(Remove("1/" + std::to_string(i)).ok()); }
  while (*Await(engine().Compact())) {}
  std::set<std::string> left;
  for (const Change& row : After(middle).rows)
    if (!row.deleted) left.insert(row.key);
  for (const int i : {9, 19, 29, 39, 49})
    EXPECT_TRUE(left.contains(Key("1/" + std::to_string(i)).text()));
}

TEST_F(ChangeFeedTest, WhatCannotBeReadComesFromTheIndex) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Put("1/" + std::to_string(i), Pattern(300, 1)).ok());
  ASSERT_TRUE(Remove("1/1").ok());
  const Changes whole = After({});
  ASSERT_EQ(whole.rows.size(), 6U);
  for (const char* const id : {"1/1", "1/2", "1/3"}) RotHead(id);
  for (const std::size_t count : {1000U, 2U, 1U}) {
    std::set<std::pair<std::string, bool>> rows;
    ChangePosition position;
    while (position != whole.end) {
      const Changes changes = After(position, count);
      EXPECT_LE(changes.rows.size(), count);
      ASSERT_GT(changes.next, position);
      position = changes.next;
      for (const Change& row : changes.rows) rows.emplace(row.key, row.deleted);
    }
    EXPECT_EQ(rows.size(), 6U) << count;
    EXPECT_TRUE(rows.contains({Key("1/1").text(), true}));
    EXPECT_TRUE(rows.contains({Key("1/2").text(), false}));
  }
}

TEST_F(ChangeFeedTest, SoDoesAVolumeThatCannotBeOpened) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(Put("1/" + std::to_string(i), Pattern(3000, 1)).ok());
  ASSERT_TRUE(Await(engine().FlushIndex()).ok());
  disk_.Rot(volumes().at(0), 10);
  disk_.Rot(volumes().at(0), kSecondVolumeHeaderAt + 10);
  Start();
  std::set<std::string> keys;
  ChangePosition position;
  while (position != engine().end_of_changes()) {
    const Changes changes = After(position, 7);
    ASSERT_GT(changes.next, position);
    position = changes.next;
    for (const Change& row : changes.rows) keys.insert(row.key);
  }
  EXPECT_EQ(keys.size(), 50U);
}

TEST_F(ChangeFeedTest, RefusesAPositionWhereNoRecordBegins) {
  ASSERT_TRUE(Put("1/1", Pattern(100, 1)).ok());
  ChangePosition position = engine().end_of_changes();
  position.offset -= 7;
  EXPECT_EQ(CodeOf(Await(engine().ChangesAfter(position, 10))), Code::kBadRequest);
}

TEST_F(ChangeFeedTest, PositionsSurviveARestart) {
  ASSERT_TRUE(Put("1/1", Pattern(100, 1)).ok());
  const LogIdentity identity = engine().identity();
  const ChangePosition position = After({}).next;
  StartAfterPowerCut();
  EXPECT_EQ(engine().identity(), identity);
  EXPECT_EQ(engine().end_of_changes(), position);
  ASSERT_TRUE(Put("1/2", Pattern(100, 1)).ok());
  EXPECT_EQ(After(position).rows.size(), 1U);
}

}  // namespace
}  // namespace yundisk::storage
