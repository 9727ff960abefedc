// The tree through its writers and readers, over a real MariaDB.
#include <algorithm>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/reader.h>

#include "cgi/disk/blob_ledger.h"
#include "cgi/disk/natural_order.h"
#include "cgi/disk/node.h"
#include "cgi/disk/tree_edit.h"
#include "cgi/disk/tree_overlay.h"
#include "tests/support/disk/tree_fixture.h"

namespace yundisk::disk {
namespace {

using test::P;
using testing::ElementsAre;
using testing::IsEmpty;

class TreeTest : public testing::Test {
 protected:
  TreeTest() : trees_(test::SharedMariaDb().FreshDatabase()), owner_(trees_.MakeUser()) {}
  ~TreeTest() override { EXPECT_THAT(trees_.Inconsistencies(), IsEmpty()); }

  Code MoveCode(std::string_view from, std::string_view to, bool replace = false) {
    const auto moved = trees_.writer.Move({owner_.user_id, P(from), P(to), replace, {}});
    return moved ? Code{} : moved.error().code();
  }
  Code DeleteCode(std::string_view path, bool recursive = false) {
    const auto deleted = trees_.writer.Delete(owner_.user_id, P(path), recursive, {});
    return deleted ? Code{} : deleted.error().code();
  }
  Code FolderCode(std::string_view path, bool parents = false) {
    const auto made = trees_.writer.MakeFolder(owner_.user_id, P(path), parents);
    return made ? Code{} : made.error().code();
  }
  Json::Value List(std::string_view path, std::uint64_t limit = 1000,
                   std::string_view cursor = "") {
    const auto listing = trees_.reader.List(owner_, P(path), {limit, cursor});
    Json::Value document;
    if (listing) Json::Reader().parse(*(*listing)->json, document);
    return document;
  }
  std::vector<std::string> Names(const Json::Value& listing) {
    std::vector<std::string> names;
    for (const Json::Value& entry : listing["entries"]) names.push_back(entry["name"].asString());
    return names;
  }

  test::Trees trees_;
  TreeOwner owner_;
};

TEST_F(TreeTest, MakesFolders) {
  EXPECT_EQ(FolderCode("/a"), Code{});
  EXPECT_EQ(FolderCode("/a"), Code::kExists);
  EXPECT_EQ(FolderCode("/b/c"), Code::kNotFound);
  EXPECT_EQ(FolderCode("/b/c/d", true), Code{});
  EXPECT_EQ(FolderCode("/b/c/d", true), Code{});
  EXPECT_EQ(FolderCode("/"), Code::kExists);
  EXPECT_TRUE(trees_.Exists(owner_, "/b/c"));
  ASSERT_TRUE(trees_.Upload(owner_, "/f", "x").ok());
  EXPECT_EQ(FolderCode("/f"), Code::kConflict);
  EXPECT_EQ(FolderCode("/f", true), Code::kConflict);
  EXPECT_EQ(FolderCode("/f/g", true), Code::kConflict);
}

TEST_F(TreeTest, FindsDeepPaths) {
  std::string deep;
  for (int i = 0; i < 30; ++i) deep += "/d" + std::to_string(i);
  EXPECT_EQ(FolderCode(deep, true), Code{});
  EXPECT_TRUE(trees_.Exists(owner_, deep));
  EXPECT_TRUE(trees_.Exists(owner_, deep + "/"));
  EXPECT_FALSE(trees_.Exists(owner_, deep + "/x"));
  EXPECT_TRUE(trees_.Exists(owner_, "/"));
  ASSERT_TRUE(trees_.Upload(owner_, deep + "/f", "x").ok());
  EXPECT_FALSE(trees_.Exists(owner_, deep + "/f/"));
  EXPECT_FALSE(trees_.Exists(owner_, deep + "/f/g"));
}

TEST_F(TreeTest, ListsFoldersFirstInNaturalOrder) {
  for (const auto* name : {"/b", "/a", "/scene 10", "/scene 9"}) FolderCode(name);
  for (const auto* name : {"/10.txt", "/9.txt", "/A.txt", "/Z"})
    ASSERT_TRUE(trees_.Upload(owner_, name, name).ok());
  const Json::Value listing = List("/");
  EXPECT_THAT(Names(listing),
              ElementsAre("a", "b", "scene 9", "scene 10", "9.txt", "10.txt", "A.txt", "Z"));
  EXPECT_TRUE(listing["next_cursor"].isNull());
  EXPECT_EQ(listing["path"], "/");
  EXPECT_EQ(listing["entries"][4]["path"], "/9.txt");
  EXPECT_EQ(listing["entries"][4]["size"], 6);
  EXPECT_EQ(listing["entries"][4]["type"], "text/plain; charset=utf-8");
  EXPECT_EQ(listing["entries"][0]["type"], Json::Value());
}

TEST_F(TreeTest, WindowsJoinToTheWhole) {
  std::vector<std::string> expected;
  std::mt19937 random(1);
  for (int i = 0; i < 60; ++i) {
    const std::string name = fmt::format("{}{}", i % 2 ? "x" : "y", random() % 1000);
    if (i % 3 == 0 ? FolderCode("/" + name) == Code{}
                   : trees_.Upload(owner_, "/" + name, "x")->created) {}
  }
  expected = Names(List("/"));
  for (const std::uint64_t limit : {1, 7, 20}) {
    std::vector<std::string> joined;
    std::string cursor;
    do {
      const Json::Value window = List("/", limit, cursor);
      EXPECT_LE(window["entries"].size(), limit);
      for (const std::string& name : Names(window)) joined.push_back(name);
      cursor = window["next_cursor"].asString();
    } while (!cursor.empty());
    EXPECT_EQ(joined, expected);
  }
}

TEST_F(TreeTest, RefusesCursorsOfOtherFolders) {
  FolderCode("/a/b", true);
  FolderCode("/a/c");
  FolderCode("/d");
  const std::string cursor = List("/a", 1)["next_cursor"].asString();
  ASSERT_FALSE(cursor.empty());
  for (const std::string& wrong : {cursor, std::string("x"), std::string("A"), cursor + "A"}) {
    const auto listing = trees_.reader.List(owner_, P("/d"), {10, wrong});
    ASSERT_FALSE(listing.ok()) << wrong;
    EXPECT_EQ(listing.error().code(), Code::kBadRequest);
  }
}

TEST_F(TreeTest, ListsNoFile) {
  ASSERT_TRUE(trees_.Upload(owner_, "/f", "x").ok());
  EXPECT_EQ(trees_.reader.List(owner_, P("/f"), {10, ""}).error().code(), Code::kConflict);
  EXPECT_EQ(trees_.reader.List(owner_, P("/g"), {10, ""}).error().code(), Code::kNotFound);
}

TEST_F(TreeTest, CachedListingsSeeEveryChange) {
  const auto first = trees_.reader.List(owner_, P("/"), {10, ""}).value();
  EXPECT_EQ(trees_.reader.List(owner_, P("/"), {10, ""}).value(), first) << "not cached";
  FolderCode("/a");
  EXPECT_THAT(Names(List("/")), ElementsAre("a"));
  ASSERT_TRUE(trees_.Upload(owner_, "/f", "x").ok());
  EXPECT_THAT(Names(List("/")), ElementsAre("a", "f"));
  EXPECT_EQ(MoveCode("/f", "/g"), Code{});
  EXPECT_THAT(Names(List("/")), ElementsAre("a", "g"));
  EXPECT_EQ(DeleteCode("/g"), Code{});
  EXPECT_THAT(Names(List("/")), ElementsAre("a"));
  EXPECT_NE(trees_.reader.List(owner_, P("/"), {10, ""}).value()->etag, first->etag);
}

TEST_F(TreeTest, Moves) {
  FolderCode("/a/b", true);
  ASSERT_TRUE(trees_.Upload(owner_, "/a/b/f", "content").ok());
  EXPECT_EQ(MoveCode("/a/b", "/c"), Code{});
  EXPECT_EQ(trees_.Read(owner_, "/c/f"), "content");
  EXPECT_FALSE(trees_.Exists(owner_, "/a/b"));
  EXPECT_EQ(MoveCode("/c/f", "/c/f"), Code{});
  EXPECT_EQ(MoveCode("/c/f", "/nowhere/f"), Code::kNotFound);
  EXPECT_EQ(MoveCode("/nothing", "/x"), Code::kNotFound);
  EXPECT_EQ(MoveCode("/", "/x"), Code::kConflict);
  EXPECT_EQ(MoveCode("/c", "/"), Code::kExists);
}

TEST_F(TreeTest, NothingMovesIntoItself) {
  FolderCode("/a/b/c", true);
  EXPECT_EQ(MoveCode("/a", "/a/x"), Code::kConflict);
  EXPECT_EQ(MoveCode("/a", "/a/b/c/x"), Code::kConflict);
  EXPECT_EQ(MoveCode("/a/b", "/a/b/c/x"), Code::kConflict);
  EXPECT_EQ(MoveCode("/a/b/c", "/a/c"), Code{});
}

TEST_F(TreeTest, OnlyFilesReplaceFiles) {
  FolderCode("/d");
  ASSERT_TRUE(trees_.Upload(owner_, "/f", "one").ok());
  ASSERT_TRUE(trees_.Upload(owner_, "/g", "two!").ok());
  EXPECT_EQ(MoveCode("/f", "/g"), Code::kExists);
  EXPECT_EQ(MoveCode("/f", "/d", true), Code::kExists);
  EXPECT_EQ(MoveCode("/d", "/g", true), Code::kExists);
  EXPECT_EQ(MoveCode("/f", "/g", true), Code{});
  EXPECT_EQ(trees_.Read(owner_, "/g"), "one");
  EXPECT_EQ(trees_.Used(owner_), 3u);
}

TEST_F(TreeTest, MoveHonoursIfMatch) {
  const std::string etag = trees_.Upload(owner_, "/f", "one")->node.Etag();
  MoveRequest request{owner_.user_id, P("/f"), P("/g"), false, {}};
  request.conditions = Conditions::Parse("\"x\"", "").value();
  EXPECT_EQ(trees_.writer.Move(request).error().code(), Code::kPreconditionFailed);
  request.conditions = Conditions::Parse(etag, "").value();
  EXPECT_TRUE(trees_.writer.Move(request).ok());
}

TEST_F(TreeTest, DeletesFilesAndEmptyFolders) {
  FolderCode("/a");
  ASSERT_TRUE(trees_.Upload(owner_, "/a/f", "content").ok());
  EXPECT_EQ(DeleteCode("/a"), Code::kConflict);
  EXPECT_EQ(DeleteCode("/a/f"), Code{});
  EXPECT_EQ(trees_.Used(owner_), 0u);
  EXPECT_EQ(DeleteCode("/a/f"), Code::kNotFound);
  EXPECT_EQ(DeleteCode("/a"), Code{});
  EXPECT_EQ(DeleteCode("/", true), Code::kConflict);
}

TEST_F(TreeTest, DeletesBigTreesWhole) {
  for (int folder = 0; folder < 5; ++folder) {
    FolderCode(fmt::format("/top/{}/deep/er", folder), true);
    for (int file = 0; file < 20; ++file)
      ASSERT_TRUE(
          trees_.Upload(owner_, fmt::format("/top/{}/deep/{}", folder, file), std::to_string(file))
              .ok());
  }
  ASSERT_TRUE(trees_.Upload(owner_, "/stays", "12345").ok());
  EXPECT_EQ(DeleteCode("/top", true), Code{});
  EXPECT_THAT(Names(List("/")), ElementsAre("stays"));
  EXPECT_EQ(trees_.Used(owner_), 5u);
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM nodes"), 2);
  EXPECT_EQ(FolderCode("/top"), Code{});
}

// A process that dies between taking a folder out of the tree and purging it.
TEST_F(TreeTest, PurgesWhatADeadProcessLeft) {
  FolderCode("/a/b", true);
  ASSERT_TRUE(trees_.Upload(owner_, "/a/b/f", "content").ok());
  const auto detached = trees_.pool.InTransaction([&](db::Session& session) -> Result<Node> {
    TreeEdit edit(session, trees_.ids, 0);
    TRY_VOID(edit.Open({{owner_.user_id, P("/a")}}, {}));
    TRY(Node node, edit.Delete(owner_.user_id, P("/a"), true, {}));
    TRY_VOID(edit.Flush());
    return node;
  });
  ASSERT_TRUE(detached.ok());
  EXPECT_FALSE(trees_.Exists(owner_, "/a"));
  EXPECT_FALSE(trees_.reader.FindById(owner_.user_id, detached->id).ok());
  EXPECT_EQ(trees_.Used(owner_), 7u);
  ASSERT_TRUE(trees_.writer.PurgeAll().ok());
  EXPECT_EQ(trees_.Used(owner_), 0u);
  EXPECT_EQ(trees_.Number("SELECT COUNT(*) FROM nodes"), 1);
}

TEST_F(TreeTest, NobodySeesAnothersTree) {
  const TreeOwner other = trees_.MakeUser();
  const auto put = trees_.Upload(owner_, "/f", "secret");
  EXPECT_FALSE(trees_.Exists(other, "/f"));
  EXPECT_FALSE(trees_.reader.FindById(other.user_id, put->node.id).ok());
  EXPECT_TRUE(trees_.reader.FindById(owner_.user_id, put->node.id).ok());
  EXPECT_EQ(trees_.writer.Delete(other.user_id, P("/f"), false, {}).error().code(),
            Code::kNotFound);
}

TEST_F(TreeTest, TheJournalTellsEveryChange) {
  ASSERT_TRUE(trees_.Upload(owner_, "/a/f\"", "1").ok());
  ASSERT_TRUE(trees_.Upload(owner_, "/a/f\"", "22").ok());
  EXPECT_EQ(MoveCode("/a/f\"", "/g"), Code{});
  EXPECT_EQ(DeleteCode("/g"), Code{});
  const auto rows = trees_.pool.Acquire()
                        .value()
                        ->Query(
                            "SELECT action, before_state, after_state FROM journal "
                            "ORDER BY sequence")
                        .value();
  std::vector<std::string> actions;
  for (const db::Row& row : rows) {
    actions.push_back(row.Text(0));
    EXPECT_EQ(row.IsNull(1), row.Text(0) == "create");
    EXPECT_EQ(row.IsNull(2), row.Text(0) == "delete");
  }
  EXPECT_THAT(actions, ElementsAre("create", "create", "replace", "move", "delete"));
}

// Moves, uploads, deletions and listings of one user from many threads.
TEST_F(TreeTest, ManyThreadsLeaveItWhole) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      const auto path = [&] { return fmt::format("/{}/{}", random() % 3, random() % 3); };
      for (int i = 0; i < 40; ++i) {
        switch (random() % 5) {
          case 0: MoveCode(path(), path(), true); break;
          case 1: DeleteCode(fmt::format("/{}", random() % 3), true); break;
          case 2: FolderCode(path() + "/x", true); break;
          default: static_cast<void>(trees_.Upload(owner_, path(), std::to_string(random() % 4)));
        }
        List("/");
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace yundisk::disk
