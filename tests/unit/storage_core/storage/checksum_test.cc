#include "storage_core/storage/checksum.h"

#include <gtest/gtest.h>

namespace yundisk::storage {
namespace {

// The check values of the CRC catalogues and of FIPS 180-4.
TEST(Checksum, KnownAnswers) {
  EXPECT_EQ(Crc32(AsBytes("123456789")), 0xCBF43926U);
  ContentHasher hasher;
  hasher.Update(AsBytes("abc"));
  EXPECT_EQ(HexFromBytes(hasher.Finish().sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksum, PiecesMakeTheWhole) {
  EXPECT_EQ(Crc32(AsBytes("6789"), Crc32(AsBytes("12345"))), Crc32(AsBytes("123456789")));
  ContentHasher whole(4);
  whole.Update(AsBytes("123456789"));
  ContentHasher pieces(4);
  for (const std::string_view piece : {"1", "2345", "", "6789"}) pieces.Update(AsBytes(piece));
  EXPECT_EQ(whole.Finish().sha256, pieces.Finish().sha256);
  EXPECT_EQ(whole.block_crcs(), pieces.block_crcs());
  const std::vector<std::uint32_t> blocks{Crc32(AsBytes("1234")), Crc32(AsBytes("5678")),
                                          Crc32(AsBytes("9"))};
  EXPECT_EQ(whole.block_crcs(), blocks);
}

TEST(Checksum, EmptyContentHasNoBlocks) {
  ContentHasher hasher(4);
  EXPECT_EQ(hasher.Finish().crc32, 0U);
  EXPECT_TRUE(hasher.block_crcs().empty());
}

}  // namespace
}  // namespace yundisk::storage
