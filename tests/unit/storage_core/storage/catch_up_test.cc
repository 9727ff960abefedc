#include "storage_core/storage/catch_up.h"

#include "tests/unit/storage_core/storage/group_fixture.h"

namespace yundisk::storage {
namespace {

using std::chrono::milliseconds;

class CatchUpTest : public GroupFixture {
 protected:
  void PutSome(const std::string& at, int from, int to) {
    for (int i = from; i < to; ++i) {
      const Result<void> put = Put(at, "1/" + std::to_string(i), Content(i));
      ASSERT_TRUE(put.ok()) << put.error().message();
    }
  }
  static Bytes Content(int i) {
    return Pattern(i % 5 == 0 ? 15'000 : 300, static_cast<unsigned char>(i));
  }
  void ExpectAll(const std::string& at, int to) {
    for (int i = 0; i < to; ++i) {
      const ObjectKey key = Key("1/" + std::to_string(i));
      const auto content = Await(simulation::ReadAll(local(at), key, {}));
      ASSERT_TRUE(content.ok()) << at << " " << i << ": " << content.error().message();
      EXPECT_EQ(*content, Content(i));
    }
  }
};

TEST_F(CatchUpTest, AnEmptiedMemberIsFilledAgain) {
  StartAll({"1a", "1b"});
  PutSome("1a", 0, 40);
  ASSERT_TRUE(Remove("1a", "1/39").ok());
  LoseDisk("1a");
  Start("1a");
  EXPECT_EQ(CodeOf(Get("1a", "1/39")), Code::kUnavailable);
  AwaitInStep();
  ExpectAll("1a", 39);
  EXPECT_EQ(CodeOf(Get("1a", "1/39")), Code::kNotFound);
  EXPECT_EQ(CodeOf(Put("1a", "1/39", Content(39))), Code::kDeleted);
}

TEST_F(CatchUpTest, AMemberThatWasAwayReadsWhatItMissed) {
  StartAll({"1a", "1b", "1c"}, 2);
  PutSome("1a", 0, 20);
  Stop("1c");
  Pass(PeerTable::kSilentAfter);
  PutSome("1b", 20, 40);
  Start("1c");
  AwaitInStep();
  ExpectAll("1c", 40);
}

TEST_F(CatchUpTest, AStopInTheMiddlePassesNothingOver) {
  StartAll({"1a", "1b"}, 1);
  Stop("1b");
  Pass(PeerTable::kSilentAfter);
  PutSome("1a", 0, 60);
  Start("1b");
  scheduler_.RunUntil([this] { return local("1b").objects() >= 5; });
  ASSERT_LT(local("1b").objects(), 60U);
  StopCleanly("1b");
  Start("1b");
  AwaitInStep();
  ExpectAll("1b", 60);
}

TEST_F(CatchUpTest, GivesSignsOfLifeWhileItApplies) {
  StartAll({"1a", "1b"});
  const ObjectKey key = Key("1/1");
  ASSERT_TRUE(group("1b").hidden().Hide(key.text(), {"1a", group("1a").self().incarnation, 77}));
  const Bytes content = Pattern(300, 1);
  simulation::MemorySource source(content);
  ASSERT_TRUE(Await(local("1a").Put(key, content.size(), source)).ok());
  // 1b has read of it, and waits for the upload.
  Pass(milliseconds(6000));
  EXPECT_FALSE(Await(local("1b").Size(key)).ok());
  EXPECT_TRUE(group("1b").peers().Answers("1a"));
  EXPECT_FALSE(group("1a").peers().Gone("1b", group("1b").self().incarnation));
  EXPECT_TRUE(Put("1b", "1/2", content).ok());
}

TEST_F(CatchUpTest, ShowsOrphansWhileSomethingTakesLong) {
  StartAll({"1a", "1b", "1c"});
  const ObjectKey key = Key("1/1");
  ASSERT_TRUE(group("1b").hidden().Hide(key.text(), {"1c", group("1c").self().incarnation, 77}));
  // Asking 1a for it takes as long as a call may.
  network_.Cut("1a", "1b");
  group("1b").WantSoon(Key("1/2").text());
  Stop("1c");
  Pass(milliseconds(6000));
  EXPECT_FALSE(group("1b").hidden().Hides(key.text()));
}

// Its disk has room for the small objects and not for the large ones.
class FullCatchUpTest : public CatchUpTest {
 protected:
  void StartWithAFullDisk() {
    StartAll({"1a", "1b"}, 1);
    Stop("1b");
    Pass(PeerTable::kSilentAfter);
    PutSome("1a", 0, 11);
    disk("1b").SetCapacity(28 << 10);
    Start("1b");
  }
  PeerPosition Kept() {
    simulation::SimulatedFileSystem files(disk("1b"), scheduler_, clock_);
    PeerPositions positions(files, "/data");
    EXPECT_TRUE(Await(positions.Load()).ok());
    return positions.Get("1a");
  }
};

TEST_F(FullCatchUpTest, WhatCannotBeBroughtYetIsBroughtAfterARestart) {
  StartWithAFullDisk();
  AwaitInStep();
  Pass(milliseconds(8000));
  ASSERT_EQ(local("1b").objects(), 8U);
  EXPECT_EQ(CodeOf(Get("1b", "1/5")), Code::kUnavailable);
  StopCleanly("1b");
  // Not kept as read behind what is still to be brought.
  EXPECT_LT(Kept().read, local("1a").end_of_changes());
  disk("1b").SetCapacity(UINT64_MAX);
  Start("1b");
  AwaitInStep();
  ExpectAll("1b", 11);
  Pass(milliseconds(6000));
  EXPECT_EQ(Kept().read, local("1a").end_of_changes());
}

TEST_F(FullCatchUpTest, WhatIsTooMuchToRememberIsReadAgain) {
  max_wanted_ = 1;
  StartWithAFullDisk();
  Pass(milliseconds(8000));
  EXPECT_FALSE(group("1b").peers().InStep());
  EXPECT_EQ(local("1b").objects(), 8U);
  disk("1b").SetCapacity(UINT64_MAX);
  ASSERT_TRUE(Await(local("1b").RefreshFreeBytes()).ok());
  AwaitInStep();
  Pass(milliseconds(6000));
  ExpectAll("1b", 11);
}

TEST_F(CatchUpTest, DamageIsMendedByAnotherMembersCopy) {
  StartAll({"1a", "1b"});
  PutSome("1a", 0, 6);
  const std::string file = disk("1a").Files("/data/large/").at(0);
  disk("1a").Rot(file, 7000);
  clock_.Advance(std::chrono::hours(24 * 8));  // so that nothing is vouched for
  AwaitInStep();
  for (int i = 0; i < 6; ++i) {
    const auto read = Get("1a", "1/" + std::to_string(i));
    if (read) { EXPECT_EQ(*read, Content(i)); }
  }
  Pass(milliseconds(10'000));
  ExpectAll("1a", 6);
}

TEST_F(CatchUpTest, TellsHowFarItIsBehind) {
  StartAll({"1a", "1b"}, 1);
  Stop("1b");
  Pass(PeerTable::kSilentAfter);
  PutSome("1a", 0, 30);
  Pass(std::chrono::milliseconds(5000));
  EXPECT_EQ(group("1a").Behind(), Lag{}) << "nobody is within reach to be behind of";
  Start("1b");
  scheduler_.RunUntil([this] { return group("1b").Behind().changes > 0; });
  EXPECT_EQ(group("1b").Behind().changes, 30U);
  scheduler_.RunUntil([this] { return group("1b").Behind().changes == 0; });
  ExpectAll("1b", 30);
}

TEST_F(CatchUpTest, AMemberThatComesBackGoesOnWhereItStopped) {
  StartAll({"1a", "1b"});
  PutSome("1a", 0, 10);
  Pass(milliseconds(6000));
  Stop("1b");
  Start("1b");
  AwaitInStep();
  const PeerPosition position = machines_.at("1b")->life->positions.Get("1a");
  EXPECT_EQ(position.log, local("1a").identity());
  EXPECT_EQ(position.read, local("1a").end_of_changes());
  ExpectAll("1b", 10);
}

}  // namespace
}  // namespace yundisk::storage
