// What the members of a group do together: copies, refusals, deletions.
#include "storage_core/storage/replicated_engine.h"

#include "tests/unit/storage_core/storage/group_fixture.h"

namespace yundisk::storage {
namespace {

using std::chrono::milliseconds;
using ReplicatedEngineTest = GroupFixture;

TEST_F(ReplicatedEngineTest, AnUploadIsOnEveryMemberWhenItIsAcknowledged) {
  StartAll({"1a", "1b", "1c"});
  int id = 0;
  for (const std::string at : {"1a", "1b", "1c"})
    for (const std::size_t size : {0UL, 1UL, 9'999UL, 10'000UL, 300'000UL}) {
      const std::string name = "1/" + std::to_string(id++);
      const Bytes content = Pattern(size, static_cast<unsigned char>(id));
      const Result<void> put = Put(at, name, content);
      ASSERT_TRUE(put.ok()) << put.error().message();
      for (const std::string member : {"1a", "1b", "1c"}) {
        const ObjectKey key = Key(name);
        EXPECT_EQ(*Await(simulation::ReadAll(local(member), key, {})), content);
      }
    }
}

TEST_F(ReplicatedEngineTest, CopiesShowSoonAfterTheAcknowledgement) {
  StartAll({"1a", "1b"});
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 1)).ok());
  EXPECT_EQ(*Get("1b", "1/1"), Pattern(100, 1));
  EXPECT_EQ(group("1a").hidden().size(), 0U);
  EXPECT_EQ(group("1b").hidden().size(), 0U);
}

TEST_F(ReplicatedEngineTest, RetriesAreHarmlessAndOtherContentIsRefusedEverywhere) {
  StartAll({"1a", "1b"});
  ASSERT_TRUE(Put("1a", "1/1", Pattern(20'000, 1)).ok());
  EXPECT_TRUE(Put("1b", "1/1", Pattern(20'000, 1)).ok());
  EXPECT_EQ(CodeOf(Put("1b", "1/1", Pattern(20'000, 2))), Code::kExists);
  EXPECT_EQ(CodeOf(Put("1a", "1/1", Pattern(20'001, 1))), Code::kExists);
  EXPECT_EQ(*Get("1b", "1/1"), Pattern(20'000, 1));
}

TEST_F(ReplicatedEngineTest, OfTwoContentsUnderOneIdOneWins) {
  StartAll({"1a", "1b", "1c"});
  for (int i = 0; i < 20; ++i) {
    const std::string id = "1/" + std::to_string(i);
    const ObjectKey key = Key(id);
    const Bytes one = Pattern(500, 1);
    const Bytes other = Pattern(500, 2);
    simulation::MemorySource one_source(one);
    simulation::MemorySource other_source(other);
    std::optional<Result<void>> first;
    const auto put = [](Engine& engine, const ObjectKey& of, std::size_t size,
                        ContentSource& source,
                        std::optional<Result<void>>& out) -> boost::asio::awaitable<void> {
      out.emplace(co_await engine.Put(of, size, source));
    };
    boost::asio::co_spawn(scheduler_.executor(),
                          put(engine("1b"), key, one.size(), one_source, first),
                          boost::asio::detached);
    const Result<void> second = Await(engine("1c").Put(key, other.size(), other_source));
    scheduler_.RunUntil([&first] { return first.has_value(); });
    ASSERT_NE(first->ok(), second.ok()) << i;
    const Bytes& winner = first->ok() ? one : other;
    for (const std::string member : {"1a", "1b", "1c"}) EXPECT_EQ(*Get(member, id), winner);
  }
}

TEST_F(ReplicatedEngineTest, ARefusedUploadShowsNothingOfAnother) {
  StartAll({"1a", "1b"});
  const ObjectKey key = Key("1/1");
  const Uploading under_way{"1b", group("1b").self().incarnation, 77};
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 1)).ok());
  Pass(milliseconds(100));
  ASSERT_TRUE(group("1a").hidden().Hide(key.text(), under_way));
  EXPECT_FALSE(Put("1b", "1/1", Pattern(100, 2)).ok());
  Pass(milliseconds(100));
  EXPECT_TRUE(group("1a").hidden().Hides(key.text()));
}

TEST_F(ReplicatedEngineTest, AMemberThatCouldNotStoreItKnowsThatOthersMayHave) {
  StartAll({"1a", "1b"});
  disk("1a").FailNextWrite(ENOSPC);
  EXPECT_EQ(CodeOf(Put("1a", "1/1", Pattern(100, 1))), Code::kTooFewReplicas);
  EXPECT_EQ(CodeOf(Put("1a", "1/1", Pattern(100, 2))), Code::kExists);
  Pass(milliseconds(10'000));
  for (const std::string member : {"1a", "1b"})
    EXPECT_EQ(*Get(member, "1/1"), Pattern(100, 1)) << member;
}

TEST_F(ReplicatedEngineTest, AMemberThatDoesNotKnowItsGroupLetsNoUploadBegin) {
  StartAll({"1a"});
  GroupOptions options;
  options.rules = {"1a", 0};
  const auto connections = [this](const boost::asio::any_io_executor&) -> PeerConnections& {
    return machines_.at("1a")->life->connections;
  };
  Group stranger(local("1a"), options, connections, clock_, timer_, 99);
  const ObjectKey key = Key("1/1");
  const Sha256 content{};
  EXPECT_EQ(CodeOf(Await(stranger.Agree(key, content))), Code::kUnavailable);
  stranger.peers().SetMembers({{"1a", "1a"}});
  EXPECT_TRUE(Await(stranger.Agree(key, content)).ok());
}

TEST_F(ReplicatedEngineTest, AMemberThatCouldNotStoreItTakesALostAnswerForStored) {
  StartAll({"1a", "1b"});
  disk("1a").FailNextWrite(ENOSPC);
  std::optional<Code> code;
  const auto put = [this, &code]() -> boost::asio::awaitable<void> {
    const Bytes content = Pattern(100, 1);
    simulation::MemorySource source(content);
    const ObjectKey key = Key("1/1");
    const Result<void> stored = co_await engine("1a").Put(key, content.size(), source);
    code = stored ? Code::kInternal : stored.error().code();
  };
  boost::asio::co_spawn(scheduler_.executor(), put(), boost::asio::detached);
  scheduler_.RunUntil([this] { return local("1b").totals().objects == 1; });
  ASSERT_FALSE(code.has_value());
  network_.Down("1b");  // the process goes on, its answer gets lost
  scheduler_.RunUntil([&code] { return code.has_value(); });
  EXPECT_EQ(code, Code::kTooFewReplicas);
  EXPECT_TRUE(group("1a").Wanted(Key("1/1").text()));
}

TEST_F(ReplicatedEngineTest, WhatNobodyCouldStoreIsDeniedInTheEnd) {
  StartAll({"1a", "1b"});
  disk("1a").FailNextWrite(ENOSPC);
  disk("1b").FailNextWrite(ENOSPC);
  EXPECT_FALSE(Put("1a", "1/1", Pattern(100, 1)).ok());
  Pass(milliseconds(10'000));
  EXPECT_FALSE(group("1a").Wanted(Key("1/1").text()));
  EXPECT_EQ(CodeOf(Get("1a", "1/1")), Code::kNotFound);
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 2)).ok());
}

TEST_F(ReplicatedEngineTest, RefusesAtOnceWhenAMemberIsAway) {
  StartAll({"1a", "1b"});
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 1)).ok());
  Stop("1b");
  Pass(PeerTable::kInStepFor);
  EXPECT_EQ(CodeOf(Put("1a", "1/2", Pattern(100, 2))), Code::kTooFewReplicas);
  EXPECT_EQ(*Get("1a", "1/1"), Pattern(100, 1));
  EXPECT_EQ(CodeOf(Get("1a", "1/2")), Code::kUnavailable);
}

TEST_F(ReplicatedEngineTest, WaitsForAMemberThatBreaksOffMeanwhile) {
  StartAll({"1a", "1b"});
  // 1a has not noticed yet.
  Stop("1b");
  std::optional<Result<void>> put;
  const Bytes content = Pattern(300'000, 1);
  simulation::MemorySource source(content);
  const ObjectKey key = Key("1/1");
  const auto run = [](Engine& engine, const ObjectKey& of, std::size_t size, ContentSource& from,
                      std::optional<Result<void>>& out) -> boost::asio::awaitable<void> {
    out.emplace(co_await engine.Put(of, size, from));
  };
  boost::asio::co_spawn(scheduler_.executor(), run(engine("1a"), key, content.size(), source, put),
                        boost::asio::detached);
  Pass(milliseconds(1000));
  EXPECT_FALSE(put.has_value());
  // It is on the disk of 1a by now, and not acknowledged.
  EXPECT_TRUE(Await(local("1a").Size(key)).ok());
  EXPECT_EQ(CodeOf(Get("1a", "1/1")), Code::kUnavailable);
  Start("1b");
  scheduler_.RunUntil([&put] { return put.has_value(); });
  EXPECT_TRUE(put->ok()) << put->error().message();
  EXPECT_EQ(*Get("1b", "1/1"), content);
}

TEST_F(ReplicatedEngineTest, WithFewerCopiesWantedUploadsGoOnAndNobodyDeniesThem) {
  StartAll({"1a", "1b", "1c"}, 2);
  network_.Cut("1a", "1c");
  network_.Cut("1b", "1c");
  Pass(PeerTable::kInStepFor);
  const Result<void> put = Put("1a", "1/1", Pattern(100, 1));
  ASSERT_TRUE(put.ok()) << put.error().message();
  EXPECT_EQ(CodeOf(Get("1c", "1/1")), Code::kUnavailable);
  EXPECT_EQ(CodeOf(Put("1c", "1/2", Pattern(100, 2))), Code::kTooFewReplicas);
  network_.HealAll();
  Pass(milliseconds(20'000));
  AwaitInStep();
  EXPECT_EQ(*Get("1c", "1/1"), Pattern(100, 1));
}

TEST_F(ReplicatedEngineTest, DeletionsReachEverybodyWithinReachAndTheRestLater) {
  StartAll({"1a", "1b"});
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 1)).ok());
  ASSERT_TRUE(Put("1a", "1/2", Pattern(20'000, 2)).ok());
  ASSERT_TRUE(Remove("1b", "1/1").ok());
  EXPECT_EQ(CodeOf(Get("1a", "1/1")), Code::kNotFound);
  EXPECT_EQ(CodeOf(Remove("1a", "1/1")), Code::kNotFound);
  EXPECT_EQ(CodeOf(Put("1a", "1/1", Pattern(100, 1))), Code::kDeleted);
  Stop("1b");
  Pass(PeerTable::kInStepFor);
  EXPECT_EQ(CodeOf(Remove("1a", "1/2")), Code::kTooFewReplicas);
  EXPECT_EQ(*Get("1a", "1/2"), Pattern(20'000, 2));
  Start("1b");
  AwaitInStep();
  ASSERT_TRUE(Remove("1a", "1/2").ok());
  EXPECT_EQ(CodeOf(Get("1b", "1/2")), Code::kNotFound);
}

TEST_F(ReplicatedEngineTest, ADeletionIsAcknowledgedWithAsManyTombstonesAsCopiesAreWanted) {
  StartAll({"1a", "1b", "1c"}, 2);
  for (const std::string id : {"1/1", "1/2"}) ASSERT_TRUE(Put("1a", id, Pattern(100, 1)).ok());
  Pass(milliseconds(500));
  Stop("1c");
  Pass(PeerTable::kSilentAfter);
  ASSERT_TRUE(Remove("1a", "1/1").ok());
  EXPECT_TRUE((*Await(local("1b").Lookup(Key("1/1"))))->deleted);
  // 1a has not noticed yet that it is alone.
  Stop("1b");
  EXPECT_EQ(CodeOf(Remove("1a", "1/2")), Code::kTooFewReplicas);
  Start("1b");
  Pass(milliseconds(3000));
  EXPECT_EQ(CodeOf(Remove("1a", "1/2")), Code::kNotFound);
  EXPECT_TRUE((*Await(local("1b").Lookup(Key("1/2"))))->deleted);
  Start("1c");
  AwaitInStep();
  for (const std::string id : {"1/1", "1/2"}) EXPECT_EQ(CodeOf(Get("1c", id)), Code::kNotFound);
}

TEST_F(ReplicatedEngineTest, AFullDiskElsewhereIsToldAtOnce) {
  StartAll({"1a", "1b"});
  disk("1b").SetCapacity(100'000);
  ASSERT_TRUE(Await(local("1b").RefreshFreeBytes()).ok());
  for (const std::string at : {"1a", "1b"}) {
    const SteadyTime start = clock_.Steady();
    EXPECT_EQ(CodeOf(Put(at, "1/" + at, Pattern(300'000, 1))), Code::kNoSpace);
    EXPECT_LT(clock_.Steady() - start, milliseconds(1000));
  }
  disk("1b").SetCapacity(UINT64_MAX);
  disk("1a").SetCapacity(100'000);
  ASSERT_TRUE(Await(local("1a").RefreshFreeBytes()).ok());
  ASSERT_TRUE(Await(local("1b").RefreshFreeBytes()).ok());
  EXPECT_EQ(CodeOf(Put("1b", "1/3", Pattern(300'000, 1))), Code::kNoSpace);
}

TEST_F(ReplicatedEngineTest, TwoUploadsOfOneLargeContentDoNotWaitForEachOther) {
  StartAll({"1a", "1b", "1c"});
  const ObjectKey key = Key("1/1");
  const Bytes content = Pattern(400'000, 1);
  simulation::MemorySource one_source(content);
  simulation::MemorySource other_source(content);
  std::optional<Result<void>> first;
  const auto put = [](Engine& engine, const ObjectKey& of, std::size_t size, ContentSource& source,
                      std::optional<Result<void>>& out) -> boost::asio::awaitable<void> {
    out.emplace(co_await engine.Put(of, size, source));
  };
  const SteadyTime start = clock_.Steady();
  boost::asio::co_spawn(scheduler_.executor(),
                        put(engine("1a"), key, content.size(), one_source, first),
                        boost::asio::detached);
  const Result<void> second = Await(engine("1b").Put(key, content.size(), other_source));
  scheduler_.RunUntil([&first] { return first.has_value(); });
  EXPECT_TRUE(first->ok()) << first->error().message();
  EXPECT_TRUE(second.ok()) << second.error().message();
  EXPECT_LT(clock_.Steady() - start, milliseconds(1000));
}

TEST_F(ReplicatedEngineTest, LooksWhetherACopyIsThere) {
  StartAll({"1a", "1b"});
  ASSERT_TRUE(Put("1a", "1/1", Pattern(100, 1)).ok());
  const Sha256 sha256 = (*Await(local("1a").Lookup(Key("1/1"))))->digest.sha256;
  PeerConnections& connections = machines_.at("1a")->life->connections;
  const Target target = *group("1a").peers().Find("1b");
  const ObjectKey key = Key("1/1");
  const ObjectKey unknown = Key("1/2");
  const Sha256 other{};
  EXPECT_TRUE(*Await(group("1a").HasCopy(connections, target, key, sha256)));
  EXPECT_FALSE(*Await(group("1a").HasCopy(connections, target, unknown, sha256)));
  EXPECT_EQ(CodeOf(Await(group("1a").HasCopy(connections, target, key, other))), Code::kExists);
}

TEST_F(ReplicatedEngineTest, UnknownKeysAreDeniedOnlyByAMemberThatIsInStep) {
  StartAll({"1a", "1b"});
  EXPECT_EQ(CodeOf(Get("1a", "1/77")), Code::kNotFound);
  EXPECT_EQ(CodeOf(Remove("1a", "1/77")), Code::kNotFound);
  Stop("1b");
  Pass(PeerTable::kInStepFor);
  EXPECT_EQ(CodeOf(Get("1a", "1/77")), Code::kUnavailable);
}

}  // namespace
}  // namespace yundisk::storage
