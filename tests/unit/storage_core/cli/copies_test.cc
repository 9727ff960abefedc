#include "storage_core/cli/copies.h"

#include <gtest/gtest.h>

namespace yundisk::cli {
namespace {

Copy Whole(std::uint64_t size_bytes, std::uint8_t digest, std::uint64_t verified_at_s = 1) {
  Copy copy{"node", "127.0.0.1:1", true, CopyState::kHealthy};
  copy.told = wire::CopyTold{
      wire::CopyState::kHealthy, wire::CopyState::kHealthy, size_bytes, {}, verified_at_s};
  copy.told->sha256.fill(std::byte{digest});
  return copy;
}

TEST(Judge, TheMajorityIsRight) {
  std::vector<Copy> copies{Whole(5, 1), Whole(5, 2), Whole(5, 1)};
  Judge(copies);
  EXPECT_EQ(copies[0].state, CopyState::kHealthy);
  EXPECT_EQ(copies[1].state, CopyState::kDiffering);
  EXPECT_EQ(copies[2].state, CopyState::kHealthy);
}

TEST(Judge, WithoutAMajorityAllDiffer) {
  std::vector<Copy> copies{Whole(5, 1), Whole(6, 1)};
  Judge(copies);
  EXPECT_EQ(copies[0].state, CopyState::kDiffering);
  EXPECT_EQ(copies[1].state, CopyState::kDiffering);
}

TEST(CountCopies, OnlyThoseOnMembersThatStayAreWanted) {
  std::vector<Copy> copies{Whole(5, 1, 30), Whole(5, 1, 20), Whole(5, 1, 10)};
  copies[2].wanted = false;
  const CopyCount count = Count(copies);
  EXPECT_EQ(count.healthy, 2U);
  EXPECT_EQ(count.wanted, 2U);
  EXPECT_EQ(count.verified_at_s, 20U);
  EXPECT_EQ(count.largest_size_bytes, 5U);
}

TEST(VerdictOnCopies, NobodyIsWanted) {
  std::vector<Copy> copies{Whole(5, 1)};
  copies[0].wanted = false;
  EXPECT_FALSE(Verdict("verifying", "1/1", copies).ok());
}

}  // namespace
}  // namespace yundisk::cli
