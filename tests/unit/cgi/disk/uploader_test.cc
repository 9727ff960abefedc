#include "cgi/disk/uploader.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cgi/disk/upload_check.h"
#include "tests/support/disk/tree_fixture.h"

namespace yundisk::disk {
namespace {

using test::P;
using testing::IsEmpty;

Conditions If(std::string_view match, std::string_view none_match) {
  return Conditions::Parse(match, none_match).value();
}

class UploaderTest : public testing::Test {
 protected:
  UploaderTest() : trees_(test::SharedMariaDb().FreshDatabase()), owner_(trees_.MakeUser()) {}
  ~UploaderTest() override { EXPECT_THAT(trees_.Inconsistencies(), IsEmpty()); }

  Code UploadCode(std::string_view path, std::string_view content,
                  const Conditions& conditions = {}) {
    const auto put = trees_.Upload(owner_, path, content, conditions);
    return put ? Code{} : put.error().code();
  }
  Result<PutResult> UploadFile(const std::string& folder, const std::string& name,
                               const std::optional<Sha256>& expected = std::nullopt) {
    return trees_.uploader.UploadSpooled({owner_.user_id, P("/big"), {}, expected}, folder, name);
  }

  test::Trees trees_;
  TreeOwner owner_;
  test::TemporaryFolder folder_;
};

TEST_F(UploaderTest, CreatesAndReplaces) {
  const auto created = trees_.Upload(owner_, "/a/b/f", "one");
  ASSERT_TRUE(created.ok());
  EXPECT_TRUE(created->created);
  EXPECT_EQ(trees_.Read(owner_, "/a/b/f"), "one");
  const auto replaced = trees_.Upload(owner_, "/a/b/f", "three");
  EXPECT_FALSE(replaced->created);
  EXPECT_EQ(replaced->node.id, created->node.id);
  EXPECT_NE(replaced->node.Etag(), created->node.Etag());
  EXPECT_EQ(trees_.Read(owner_, "/a/b/f"), "three");
  EXPECT_EQ(trees_.Used(owner_), 5u);
}

TEST_F(UploaderTest, TakesAnEmptyFile) {
  ASSERT_EQ(UploadCode("/empty", ""), Code{});
  EXPECT_TRUE(trees_.Exists(owner_, "/empty"));
}

TEST_F(UploaderTest, RefusesWhatIsInTheWay) {
  ASSERT_EQ(UploadCode("/d/f", "x"), Code{});
  EXPECT_EQ(UploadCode("/d", "x"), Code::kConflict);
  EXPECT_EQ(UploadCode("/", "x"), Code::kConflict);
  EXPECT_EQ(UploadCode("/d/f/g", "x"), Code::kConflict);
  EXPECT_EQ(UploadCode("/d/f/g/h", "x"), Code::kConflict);
}

TEST_F(UploaderTest, HonoursConditions) {
  EXPECT_EQ(UploadCode("/f", "1", If("*", "")), Code::kPreconditionFailed);
  const auto put = trees_.Upload(owner_, "/f", "1", If("", "*"));
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(UploadCode("/f", "2", If("", "*")), Code::kPreconditionFailed);
  EXPECT_EQ(UploadCode("/f", "2", If("\"x\"", "")), Code::kPreconditionFailed);
  EXPECT_EQ(trees_.Read(owner_, "/f"), "1");
  EXPECT_EQ(UploadCode("/f", "2", If(put->node.Etag(), "")), Code{});
  EXPECT_EQ(UploadCode("/f", "3", If(put->node.Etag(), "")), Code::kPreconditionFailed);
}

TEST_F(UploaderTest, AWrongDigestChangesNothing) {
  const Sha256 wrong{};
  const UploadTarget target{owner_.user_id, P("/f"), {}, wrong};
  EXPECT_EQ(trees_.uploader.Upload(target, AsBytes("x")).error().code(), Code::kDigestMismatch);
  EXPECT_FALSE(trees_.Exists(owner_, "/f"));
  EXPECT_TRUE(trees_.store.objects().empty());
}

TEST_F(UploaderTest, KeepsToTheQuota) {
  owner_ = trees_.MakeUser(10);
  EXPECT_EQ(UploadCode("/a", "12345678"), Code{});
  EXPECT_EQ(UploadCode("/x/y/b", "123"), Code::kQuotaExceeded);
  EXPECT_FALSE(trees_.Exists(owner_, "/x")) << "parents of a refused upload";
  EXPECT_EQ(UploadCode("/b", "12"), Code{});
  EXPECT_EQ(UploadCode("/a", "1234567890"), Code::kQuotaExceeded);
  EXPECT_EQ(UploadCode("/a", "123"), Code{});
  EXPECT_EQ(trees_.Used(owner_), 5u);
}

TEST_F(UploaderTest, TheSameContentIsStoredOnce) {
  const TreeOwner other = trees_.MakeUser();
  const std::string large(Uploader::kStoredUnseenBytes + 1, 'x');
  for (const std::string& content : {std::string("small"), large}) {
    ASSERT_EQ(UploadCode("/a", content), Code{});
    ASSERT_EQ(UploadCode("/b", content), Code{});
    ASSERT_TRUE(trees_.Upload(other, "/c", content).ok());
    EXPECT_EQ(trees_.Used(other), content.size());
  }
  EXPECT_EQ(trees_.store.objects().size(), 2u);
}

TEST_F(UploaderTest, SurplusObjectsAreDeleted) {
  // Another process: it does not remember that the content is there.
  Uploader second(trees_.pool, trees_.store, trees_.pending, trees_.committer, trees_.clock);
  ASSERT_EQ(UploadCode("/a", "same"), Code{});
  ASSERT_TRUE(second.Upload({owner_.user_id, P("/b"), {}, {}}, AsBytes("same")).ok());
  EXPECT_EQ(trees_.store.objects().size(), 1u);
}

TEST_F(UploaderTest, TriesAnotherGroupOnce) {
  ASSERT_EQ(UploadCode("/a", "x"), Code{});
  trees_.store.set_group("2");
  trees_.store.FailPut(Error(Code::kTooFewReplicas, "degraded"));
  EXPECT_EQ(UploadCode("/b", "y"), Code{});
  EXPECT_EQ(trees_.reader.Find(owner_, P("/b")).value()->content->file_id.substr(0, 2), "2/");
  trees_.store.FailPut(Error(Code::kInternal, "broken"));
  EXPECT_EQ(UploadCode("/c", "z"), Code::kInternal);
  EXPECT_FALSE(trees_.Exists(owner_, "/c"));
}

TEST_F(UploaderTest, ASpooledFileTooGoesToAnotherGroup) {
  ASSERT_EQ(UploadCode("/a", "x"), Code{});
  std::ofstream(folder_.File("0001")) << "spooled";
  trees_.store.Spool("0001", "spooled");
  trees_.store.set_group("2");
  trees_.store.FailPut(Error(Code::kTooFewReplicas, "degraded"));
  ASSERT_TRUE(UploadFile(folder_.path(), "0001").ok());
  EXPECT_EQ(trees_.reader.Find(owner_, P("/big")).value()->content->file_id.substr(0, 2), "2/");
  EXPECT_EQ(trees_.Read(owner_, "/big"), "spooled");
}

TEST_F(UploaderTest, AStorageThatDiesWithTheSpooledFileDoesNotLoseIt) {
  std::ofstream(folder_.File("0001")) << "spooled";
  trees_.store.OnAdopt([&] { std::filesystem::remove(folder_.File("0001")); });
  ASSERT_TRUE(UploadFile(folder_.path(), "0001").ok());
  EXPECT_EQ(trees_.Read(owner_, "/big"), "spooled");
}

TEST_F(UploaderTest, AnOutageDoesNotFillTheTable) {
  for (int i = 0; i < 20; ++i) {
    trees_.store.FailPut(Error(Code::kUnavailable, "down"));
    EXPECT_EQ(UploadCode("/a", "x"), Code::kUnavailable);
  }
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM pending_objects"),
            static_cast<std::int64_t>(PendingObjects::kDrawnAtOnce));
}

TEST_F(UploaderTest, AdoptsASpooledFile) {
  std::ofstream(folder_.File("0001")) << "spooled";
  trees_.store.Spool("0001", "spooled");
  ASSERT_TRUE(UploadFile(folder_.path(), "0001").ok());
  EXPECT_EQ(trees_.Read(owner_, "/big"), "spooled");
}

TEST_F(UploaderTest, StreamsWhereNothingCanBeAdopted) {
  const std::string content(5000, 'x');
  std::ofstream(folder_.File("0001")) << content;
  ASSERT_TRUE(UploadFile(folder_.path(), "0001", DigestOf(AsBytes(content)).sha256).ok());
  EXPECT_EQ(trees_.Read(owner_, "/big"), content);
}

TEST_F(UploaderTest, ASpooledFileWithAWrongDigestLeavesNothing) {
  std::ofstream(folder_.File("0001")) << "spooled";
  trees_.store.Spool("0001", "spooled");
  EXPECT_EQ(UploadFile(folder_.path(), "0001", Sha256{}).error().code(), Code::kDigestMismatch);
  EXPECT_FALSE(trees_.Exists(owner_, "/big"));
  EXPECT_TRUE(trees_.store.objects().empty());
}

TEST_F(UploaderTest, AnAccountThatIsGoneIsRefused) {
  const auto put = trees_.uploader.Upload({99999, P("/f"), {}, {}}, AsBytes("x"));
  EXPECT_EQ(put.error().code(), Code::kUnauthenticated);
  EXPECT_TRUE(trees_.store.objects().empty());
}

TEST_F(UploaderTest, OfManyCreatorsOfOnePathOneWins) {
  std::atomic<int> created{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const auto put = trees_.Upload(owner_, "/new/f", std::to_string(t), If("", "*"));
      if (put) ++created;
      if (!put && put.error().code() == Code::kPreconditionFailed) ++refused;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, 7);
}

TEST_F(UploaderTest, ManyUploadsOfOnePathLeaveOneWhole) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i)
        EXPECT_EQ(UploadCode("/f", std::string(static_cast<std::size_t>(t * 10 + i), 'x')), Code{});
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(trees_.Used(owner_), trees_.Read(owner_, "/f").size());
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM journal"), 80);
}

TEST_F(UploaderTest, RacingUploadsNeverPassTheQuota) {
  owner_ = trees_.MakeUser(100);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i)
        if (UploadCode(fmt::format("/{}-{}", t, i), std::string(9, 'x')) == Code{}) ++taken;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 11);
  EXPECT_EQ(trees_.Used(owner_), 99u);
}

TEST_F(UploaderTest, UsersShareBatchesAndContents) {
  std::vector<TreeOwner> owners;
  for (int i = 0; i < 6; ++i) owners.push_back(trees_.MakeUser(i % 2 == 0 ? 20 : 0));
  std::vector<std::thread> threads;
  for (const TreeOwner& owner : owners)
    threads.emplace_back([&] {
      for (int i = 0; i < 15; ++i) {
        const std::string path = fmt::format("/{}/{}", i % 3, i % 5);
        static_cast<void>(trees_.Upload(owner, path, std::to_string(i % 4)));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM blobs"), 4);
}

// The committer knows the folders of the uploads before; whoever changes them meanwhile must count.
TEST_F(UploaderTest, SeesFoldersThatOthersMovedOrDeleted) {
  ASSERT_EQ(UploadCode("/a/b/1", "one"), Code{});
  ASSERT_TRUE(trees_.writer.Move({owner_.user_id, P("/a"), P("/z"), false, {}}));
  ASSERT_EQ(UploadCode("/a/b/2", "two"), Code{});
  EXPECT_TRUE(trees_.Exists(owner_, "/z/b/1"));
  EXPECT_FALSE(trees_.Exists(owner_, "/z/b/2"));
  EXPECT_TRUE(trees_.Exists(owner_, "/a/b/2"));
  ASSERT_TRUE(trees_.writer.Delete(owner_.user_id, P("/a"), true, {}));
  ASSERT_EQ(UploadCode("/a/b/3", "three"), Code{});
  EXPECT_EQ(trees_.Read(owner_, "/a/b/3"), "three");
  ASSERT_TRUE(trees_.writer.Delete(owner_.user_id, P("/a"), true, {}));
  ASSERT_EQ(UploadCode("/a", "a file now"), Code{});
  EXPECT_EQ(UploadCode("/a/b/4", "four"), Code::kConflict);
}

TEST_F(UploaderTest, TheCheckRefusesAsTheUploadWould) {
  owner_ = trees_.MakeUser(10);
  ASSERT_EQ(UploadCode("/d/f", "12345"), Code{});
  const auto check = [&](std::string_view path, std::optional<std::uint64_t> size,
                         const Conditions& conditions = {}) {
    const auto checked = CheckUpload(trees_.pool, trees_.reader, owner_,
                                     {owner_.user_id, P(path), conditions, {}}, size);
    return checked ? Code{} : checked.error().code();
  };
  EXPECT_EQ(check("/d/f", 10), Code{});
  EXPECT_EQ(check("/d/f", 11), Code::kQuotaExceeded);
  EXPECT_EQ(check("/x/y", 5), Code{});
  EXPECT_EQ(check("/x/y", 6), Code::kQuotaExceeded);
  EXPECT_EQ(check("/x/y", std::nullopt), Code{});
  EXPECT_EQ(check("/d", 1), Code::kConflict);
  EXPECT_EQ(check("/d/f/g", 1), Code::kConflict);
  EXPECT_EQ(check("/d/f", 1, If("", "*")), Code::kPreconditionFailed);
  EXPECT_EQ(check("/n", 1, If("*", "")), Code::kPreconditionFailed);
}

}  // namespace
}  // namespace yundisk::disk
