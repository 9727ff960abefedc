#include "storage_core/storage/mender.h"

#include "tests/unit/storage_core/storage/group_fixture.h"

namespace yundisk::storage {
namespace {

using wire::CopyAction;

class MenderTest : public GroupFixture {
 protected:
  static Bytes Content(int i) {
    return Pattern(i % 2 == 0 ? 15'000 : 300, static_cast<unsigned char>(i));
  }
  static std::string Id(int i) { return "1/" + std::to_string(i); }
  void PutSome(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(Put("1a", Id(i), Content(i)).ok());
  }
  wire::CopyTold Ask(const std::string& at, std::string_view id, CopyAction action) {
    const ObjectKey key = Key(id);
    const auto told = Await(mender(at).OfOne(key, action));
    EXPECT_TRUE(told.ok()) << told.error().message();
    return told ? *told : wire::CopyTold{};
  }
  void RotLarge(const std::string& at, std::size_t which = 0) {
    // A copy that came twice, by the upload and by catching up, is there once before long.
    Pass(std::chrono::seconds(1));
    disk(at).Rot(disk(at).Files("/data/large/").at(which), 7000);
  }
  wire::RepairTold MendAll(const std::string& at) {
    const std::uint64_t number = mender(at).Begin().number;
    scheduler_.RunUntil([&] { return mender(at).Told().state != wire::RepairState::kRuns; });
    EXPECT_EQ(mender(at).Told().number, number);
    return mender(at).Told();
  }
  Result<Bytes> Local(const std::string& at, std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(simulation::ReadAll(local(at), key, {}));
  }
};

TEST_F(MenderTest, TellsWhatItHas) {
  StartAll({"1a", "1b"});
  PutSome(1);
  ASSERT_TRUE(Put("1a", "1/gone", Content(3)).ok());
  ASSERT_TRUE(Remove("1a", "1/gone").ok());
  const wire::CopyTold told = Ask("1b", Id(0), CopyAction::kTell);
  EXPECT_EQ(told.state, wire::CopyState::kHealthy);
  EXPECT_EQ(told.size_bytes, Content(0).size());
  EXPECT_EQ(told.verified_at_s, SecondsSince1970(clock_.Now()));
  EXPECT_EQ(Ask("1b", "1/gone", CopyAction::kTell).state, wire::CopyState::kDeleted);
  EXPECT_EQ(Ask("1b", "1/never", CopyAction::kRepair).state, wire::CopyState::kMissing);
}

TEST_F(MenderTest, OnlyReadingFindsWhatRotted) {
  StartAll({"1a"});
  PutSome(1);
  RotLarge("1a");
  EXPECT_EQ(Ask("1a", Id(0), CopyAction::kTell).state, wire::CopyState::kHealthy);
  EXPECT_EQ(Ask("1a", Id(0), CopyAction::kReread).state, wire::CopyState::kDamaged);
  const wire::CopyTold alone = Ask("1a", Id(0), CopyAction::kRepair);
  EXPECT_EQ(alone.state, wire::CopyState::kDamaged) << "nobody else has it";
  EXPECT_EQ(alone.size_bytes, Content(0).size());
}

TEST_F(MenderTest, RereadingNotesWhen) {
  StartAll({"1a"});
  PutSome(2);
  clock_.Advance(std::chrono::hours(1));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(Ask("1a", Id(i), CopyAction::kReread).verified_at_s, SecondsSince1970(clock_.Now()));
}

TEST_F(MenderTest, WhatIsDamagedComesFromAnother) {
  StartAll({"1a", "1b"});
  PutSome(1);
  RotLarge("1b");
  const wire::CopyTold told = Ask("1b", Id(0), CopyAction::kRepair);
  EXPECT_EQ(told.found, wire::CopyState::kDamaged);
  EXPECT_EQ(told.state, wire::CopyState::kHealthy);
  EXPECT_EQ(*Local("1b", Id(0)), Content(0));
}

TEST_F(MenderTest, WhoeverComesLaterFindsItBrought) {
  StartAll({"1a", "1b"});
  PutSome(1);
  RotLarge("1b");
  const std::uint64_t before = group("1b").brought();
  const ObjectKey key = Key(Id(0));
  int answered = 0;
  const auto ask = [](Mender& mender, const ObjectKey& of,
                      int& count) -> boost::asio::awaitable<void> {
    const auto told = co_await mender.OfOne(of, CopyAction::kRepair);
    if (told && told->state == wire::CopyState::kHealthy) ++count;
  };
  for (int i = 0; i < 3; ++i)
    boost::asio::co_spawn(scheduler_.executor(), ask(mender("1b"), key, answered),
                          boost::asio::detached);
  scheduler_.RunUntil([&] { return answered == 3; });
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(group("1b").brought() - before, 1U);
}

TEST_F(MenderTest, ADamagedSourceIsNotCopied) {
  StartAll({"1a", "1b"});
  PutSome(1);
  RotLarge("1a");
  RotLarge("1b");
  EXPECT_EQ(Ask("1b", Id(0), CopyAction::kRepair).state, wire::CopyState::kDamaged);
  EXPECT_EQ(CodeOf(Local("1b", Id(0))), Code::kCorrupt);
}

TEST_F(MenderTest, ADeletionElsewhereIsFinal) {
  StartAll({"1a", "1b"});
  const ObjectKey key = Key(Id(1));
  ASSERT_TRUE(Await(local("1b").Bury(key)).ok());
  simulation::MemorySource source(Content(1));
  ASSERT_TRUE(Await(local("1a").Put(key, Content(1).size(), source)).ok());
  EXPECT_EQ(Ask("1a", Id(1), CopyAction::kRepair).state, wire::CopyState::kDeleted);
}

TEST_F(MenderTest, EverythingIsReadAndMended) {
  StartAll({"1a", "1b"});
  PutSome(10);
  RotLarge("1b", 0);
  RotLarge("1b", 3);
  const wire::RepairTold told = MendAll("1b");
  EXPECT_EQ(told.state, wire::RepairState::kDone);
  EXPECT_EQ(told.objects, 10U);
  EXPECT_EQ(told.objects_read, 10U);
  EXPECT_EQ(told.bytes_read, told.bytes);
  EXPECT_EQ(told.damaged, 2U);
  EXPECT_EQ(told.brought, 2U);
  EXPECT_EQ(told.left, 0U);
  EXPECT_EQ(told.members_unread, 0U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(*Local("1b", Id(i)), Content(i)) << i;
}

// An object that a member's log has and that was passed over, as after a restored backup.
TEST_F(MenderTest, WhatIsMissingIsFoundInTheOthersLogs) {
  StartAll({"1a", "1b"});
  const ObjectKey key = Key("1/passed-over");
  simulation::MemorySource source(Content(2));
  Stop("1b");
  ASSERT_TRUE(Await(local("1a").Put(key, Content(2).size(), source)).ok());
  Start("1b");
  machines_.at("1b")->life->positions.Set("1a",
                                          {local("1a").identity(), local("1a").end_of_changes()});
  AwaitInStep();
  ASSERT_EQ(Ask("1b", "1/passed-over", CopyAction::kTell).state, wire::CopyState::kMissing);
  const wire::RepairTold told = MendAll("1b");
  EXPECT_EQ(told.brought, 1U);
  EXPECT_EQ(told.left, 0U);
  EXPECT_EQ(*Local("1b", "1/passed-over"), Content(2));
  EXPECT_TRUE(group("1b").peers().InStep()) << "a comparison is no falling behind";
}

TEST_F(MenderTest, WhatNobodyHasIsLeft) {
  StartAll({"1a", "1b"}, 1);
  PutSome(3);
  Stop("1a");
  RotLarge("1b");
  const wire::RepairTold told = MendAll("1b");
  EXPECT_EQ(told.state, wire::RepairState::kDone);
  EXPECT_EQ(told.left, 1U);
  EXPECT_EQ(told.members_unread, 1U);
}

TEST_F(MenderTest, BeginningWhileItRunsIsTheSameAndItCanBeEnded) {
  StartAll({"1a"});
  PutSome(4);
  EXPECT_EQ(mender("1a").Told().state, wire::RepairState::kNever);
  const std::uint64_t number = mender("1a").Begin().number;
  EXPECT_EQ(mender("1a").Begin().number, number);
  mender("1a").End();
  scheduler_.RunUntil([&] { return mender("1a").Told().state != wire::RepairState::kRuns; });
  EXPECT_EQ(mender("1a").Told().state, wire::RepairState::kEnded);
  EXPECT_EQ(mender("1a").Told().objects_read, 0U);
  EXPECT_EQ(MendAll("1a").objects_read, 4U);
  EXPECT_NE(mender("1a").Told().number, number);
}

}  // namespace
}  // namespace yundisk::storage
