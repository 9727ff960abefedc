#include "storage_core/storage/catch_up.h"

#include "tests/unit/storage_core/storage/group_fixture.h"

namespace yundisk::storage {
namespace {

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
  Pass(std::chrono::milliseconds(10'000));
  ExpectAll("1a", 6);
}

TEST_F(CatchUpTest, AMemberThatComesBackGoesOnWhereItStopped) {
  StartAll({"1a", "1b"});
  PutSome("1a", 0, 10);
  Pass(std::chrono::milliseconds(6000));
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
