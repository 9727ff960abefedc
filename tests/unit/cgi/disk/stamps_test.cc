#include "cgi/disk/stamps.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace yundisk::disk {
namespace {

TEST(Stamps, AreSharedThroughTheFile) {
  test::TemporaryFolder folder;
  const Stamps one = Stamps::Open(folder.File("stamps")).value();
  const Stamps two = Stamps::Open(folder.File("stamps")).value();
  const auto before = one.Read(StampKind::kTree, 7);
  two.Raise(StampKind::kTree, 7);
  EXPECT_NE(one.Read(StampKind::kTree, 7), before);
  EXPECT_EQ(one.generation(), two.generation());
  EXPECT_NE(one.generation(), 0u);
}

TEST(Stamps, KindsAndUsersAreApart) {
  const Stamps stamps = Stamps::Open("").value();
  stamps.Raise(StampKind::kAccount, 7);
  EXPECT_EQ(stamps.Read(StampKind::kTree, 7), 0u);
  EXPECT_EQ(stamps.Read(StampKind::kAccount, 8), 0u);
}

TEST(Stamps, ANewFileHasANewGeneration) {
  test::TemporaryFolder folder;
  EXPECT_NE(Stamps::Open(folder.File("a"))->generation(),
            Stamps::Open(folder.File("b"))->generation());
}

// Ids come in sequence; if they fell onto few counters, users would cost each other their caches.
TEST(Stamps, IdsInSequenceSpread) {
  const Stamps stamps = Stamps::Open("").value();
  constexpr std::int64_t kUsers = 10'000;
  for (std::int64_t id = 0; id < kUsers; ++id) stamps.Raise(StampKind::kTree, id);
  int shared = 0;
  for (std::int64_t id = 0; id < kUsers; ++id)
    if (stamps.Read(StampKind::kTree, id) > 1) ++shared;
  EXPECT_LT(shared, kUsers / 4);
}

}  // namespace
}  // namespace yundisk::disk
