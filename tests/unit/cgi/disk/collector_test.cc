#include "cgi/disk/collector.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/disk/tree_fixture.h"

namespace yundisk::disk {
namespace {

using namespace std::chrono_literals;
using test::P;
using testing::IsEmpty;

class CollectorTest : public testing::Test {
 protected:
  CollectorTest()
      : trees_(test::SharedMariaDb().FreshDatabase()),
        owner_(trees_.MakeUser()),
        collector_(trees_.pool, trees_.store, trees_.writer, trees_.clock, {}) {}
  ~CollectorTest() override { EXPECT_THAT(trees_.Inconsistencies(), IsEmpty()); }

  void Delete(std::string_view path) {
    ASSERT_TRUE(trees_.writer.Delete(owner_.user_id, P(path), true, {}).ok());
  }

  test::Trees trees_;
  TreeOwner owner_;
  Collector collector_;
};

TEST_F(CollectorTest, RemovesWhatNobodyHasAfterTheGrace) {
  ASSERT_TRUE(trees_.Upload(owner_, "/a", "gone").ok());
  ASSERT_TRUE(trees_.Upload(owner_, "/b", "stays").ok());
  ASSERT_TRUE(trees_.Upload(owner_, "/c", "stays").ok());
  Delete("/a");
  Delete("/b");
  EXPECT_EQ(collector_.Run()->blobs, 0u) << "within the grace";
  trees_.clock.Advance(1h + 1s);
  EXPECT_EQ(collector_.Run()->blobs, 1u);
  EXPECT_EQ(trees_.store.objects().size(), 1u);
  EXPECT_EQ(trees_.Read(owner_, "/c"), "stays");
}

TEST_F(CollectorTest, AnUploadRevivesWhatIsStillThere) {
  ASSERT_TRUE(trees_.Upload(owner_, "/a", "content").ok());
  Delete("/a");
  trees_.clock.Advance(2h);
  ASSERT_TRUE(trees_.Upload(owner_, "/b", "content").ok());
  EXPECT_EQ(collector_.Run()->blobs, 0u);
  EXPECT_EQ(trees_.Read(owner_, "/b"), "content");
}

TEST_F(CollectorTest, FinishesWhatADeadCollectorMarked) {
  ASSERT_TRUE(trees_.Upload(owner_, "/a", "content").ok());
  Delete("/a");
  ASSERT_TRUE(trees_.pool.Acquire().value()->Execute("UPDATE blobs SET live = NULL").ok());
  ASSERT_TRUE(trees_.Upload(owner_, "/b", "content").ok());
  EXPECT_EQ(trees_.store.objects().size(), 2u) << "the same content under a new id";
  trees_.clock.Advance(2h);
  EXPECT_EQ(collector_.Run()->blobs, 1u);
  EXPECT_EQ(trees_.Read(owner_, "/b"), "content");
}

TEST_F(CollectorTest, RemovesTheObjectsOfDeadUploads) {
  const std::string stored = trees_.pending.Take(1).value();
  ASSERT_TRUE(trees_.store.Put(stored, AsBytes("never committed")).ok());
  EXPECT_EQ(collector_.Run()->pending_objects, 0u) << "within the grace";
  trees_.clock.Advance(13h);
  EXPECT_EQ(collector_.Run()->pending_objects, PendingObjects::kDrawnAtOnce);
  EXPECT_TRUE(trees_.store.objects().empty());
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM pending_objects"), 0);
}

TEST_F(CollectorTest, ALateCommitOfAGivenUpObjectFails) {
  const ContentKey key{DigestOf(AsBytes("late")).sha256, 4};
  const StoredObject stored{key, 0, trees_.pending.Take(1).value()};
  ASSERT_TRUE(trees_.store.Put(stored.file_id, AsBytes("late")).ok());
  trees_.clock.Advance(13h);
  ASSERT_TRUE(collector_.Run().ok());
  const auto put = trees_.committer.Commit({owner_.user_id, P("/late"), {}, key, stored});
  EXPECT_EQ(put.error().code(), Code::kTimeout);
  EXPECT_FALSE(trees_.Exists(owner_, "/late"));
}

TEST_F(CollectorTest, TheBrakeHoldsMassDeletions) {
  auto session = trees_.pool.Acquire().value();
  for (std::uint64_t i = 0; i <= Collector::kAlwaysAllowed; ++i)
    ASSERT_TRUE(session
                    ->Execute("INSERT INTO blobs (id, sha256, size_bytes, crc32, file_id, refs, "
                              "unreferenced_at, created_at) VALUES (?, UNHEX(SHA2(?, 256)), 1, "
                              "0, ?, 0, 1, 1)",
                              {i, i, i})
                    .ok());
  session.reset();
  const auto collected = collector_.Run();
  EXPECT_TRUE(collected->braked);
  EXPECT_EQ(collected->blobs, 0u);
  Collector unbraked(trees_.pool, trees_.store, trees_.writer, trees_.clock, {.percent_max = 100});
  EXPECT_EQ(unbraked.Run()->blobs, Collector::kAlwaysAllowed + 1);
}

TEST_F(CollectorTest, OneAtATime) {
  auto other = trees_.pool.Acquire().value();
  ASSERT_TRUE(other->Query("SELECT GET_LOCK(CONCAT(DATABASE(), '.yundisk_collector'), 0)").ok());
  EXPECT_FALSE(collector_.Run()->ran);
  ASSERT_TRUE(other->Query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.yundisk_collector'))").ok());
  EXPECT_TRUE(collector_.Run()->ran);
}

// Uploads of a few contents, their deletion, and the collector without any grace.
TEST_F(CollectorTest, RacesWithUploadsOfTheSameContent) {
  Collector hasty(trees_.pool, trees_.store, trees_.writer, trees_.clock, {.blob_grace = 0s});
  std::atomic<bool> stop{false};
  std::thread collecting([&] {
    while (!stop) EXPECT_TRUE(hasty.Run().ok());
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        const std::string path = fmt::format("/{}", t);
        EXPECT_TRUE(trees_.Upload(owner_, path, std::to_string(i % 2)).ok());
        EXPECT_EQ(trees_.Read(owner_, path), std::to_string(i % 2));
        EXPECT_TRUE(trees_.writer.Delete(owner_.user_id, P(path), false, {}).ok());
      }
    });
  for (std::thread& thread : threads) thread.join();
  stop = true;
  collecting.join();
  EXPECT_TRUE(hasty.Run().ok());
  EXPECT_TRUE(trees_.store.objects().empty());
}

}  // namespace
}  // namespace yundisk::disk
