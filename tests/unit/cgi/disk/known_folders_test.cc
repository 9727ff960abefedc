#include "cgi/disk/known_folders.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

constexpr std::int64_t kUser = 7;
constexpr std::int64_t kRoot = 70;

Node Folder(std::int64_t id, std::string name) {
  Node folder;
  folder.id = id;
  folder.user_id = kUser;
  folder.parent_id = kRoot;
  folder.name = std::move(name);
  return folder;
}

TEST(KnownFolders, KnowsWhatItLearnt) {
  KnownFolders known;
  known.Learn(kUser, 0, 2, {Folder(71, "a")});
  known.Learn(kUser, 2, 3, {Folder(72, "b")});
  ASSERT_NE(known.Find({kUser, kRoot, "a"}, 3), nullptr);
  EXPECT_EQ(known.Find({kUser, kRoot, "a"}, 3)->id, 71);
  EXPECT_EQ(known.Find({kUser, kRoot, "b"}, 3)->id, 72);
  EXPECT_EQ(known.Find({kUser, kRoot, "c"}, 3), nullptr);
  EXPECT_EQ(known.Find({kUser + 1, kRoot, "a"}, 3), nullptr);
}

TEST(KnownFolders, KnowsNothingOnceSomeoneElseChangedTheTree) {
  KnownFolders known;
  known.Learn(kUser, 0, 2, {Folder(71, "a")});
  EXPECT_EQ(known.Find({kUser, kRoot, "a"}, 3), nullptr);
  known.Learn(kUser, 3, 4, {Folder(72, "b")});
  EXPECT_EQ(known.Find({kUser, kRoot, "a"}, 4), nullptr);
  EXPECT_NE(known.Find({kUser, kRoot, "b"}, 4), nullptr);
}

TEST(KnownFolders, ForgetsWhenThereIsTooMuch) {
  KnownFolders known;
  std::vector<Node> folders;
  for (std::size_t i = 0; i < KnownFolders::kFoldersMax; ++i)
    folders.push_back(Folder(static_cast<std::int64_t>(100 + i), std::to_string(i)));
  known.Learn(kUser, 0, 1, folders);
  EXPECT_NE(known.Find({kUser, kRoot, "0"}, 1), nullptr);
  known.Learn(kUser, 1, 2, {Folder(71, "a")});
  EXPECT_EQ(known.Find({kUser, kRoot, "0"}, 2), nullptr);
  EXPECT_NE(known.Find({kUser, kRoot, "a"}, 2), nullptr);
}

}  // namespace
}  // namespace yundisk::disk
