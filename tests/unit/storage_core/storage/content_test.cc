#include "storage_core/storage/content.h"

#include "storage_core/storage/checksum.h"
#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

TEST(Checksums, TheTableOfTheLargestObjectFitsARecord) {
  for (const std::uint64_t size :
       {std::uint64_t{1}, std::uint64_t{1} << 36, Engine::kMaxObjectBytes}) {
    const std::uint64_t blocks = (size + BlockBytesFor(size) - 1) / BlockBytesFor(size);
    EXPECT_LE(blocks * sizeof(std::uint32_t), kMaxPayloadBytes);
  }
}

TEST(Checksums, RoundTrip) {
  const std::vector<std::uint32_t> crcs{1, 0xFFFFFFFF, 7};
  Bytes payload(12);
  EncodeChecksums(crcs, payload);
  EXPECT_EQ(DecodeChecksums(payload), crcs);
}

class LargeContentTest : public EngineFixture {
 protected:
  LargeContentTest() {
    life_ = std::make_unique<Life>(*this);
    disk_.PutFile("/f", bytes_);
    for (std::size_t at = 0; at < bytes_.size(); at += kBlockBytes)
      crcs_.push_back(
          Crc32(ByteView(bytes_).subspan(at, std::min(kBlockBytes, bytes_.size() - at))));
  }

  LargeContent Make(ContentRange range) {
    auto file = Await(life_->files.Open("/f", OpenMode::kRead));
    return LargeContent(*std::move(file), bytes_.size(), {kBlockBytes, crcs_}, range);
  }

  static constexpr std::size_t kBlockBytes = 100;
  const Bytes bytes_ = Pattern(250, 1);
  std::vector<std::uint32_t> crcs_;
};

TEST_F(LargeContentTest, GivesEveryRangeInCheckedPieces) {
  for (std::size_t from = 0; from <= bytes_.size(); from += 25) {
    LargeContent content = Make({from, bytes_.size() - from});
    Bytes all;
    while (true) {
      const auto piece = Await(content.Next());
      ASSERT_TRUE(piece.ok());
      if (piece->empty()) break;
      all.insert(all.end(), piece->begin(), piece->end());
    }
    EXPECT_EQ(all, Bytes(bytes_.begin() + static_cast<std::ptrdiff_t>(from), bytes_.end()));
  }
}

TEST_F(LargeContentTest, StopsAtADamagedBlock) {
  disk_.Rot("/f", 150);
  LargeContent content = Make({0, bytes_.size()});
  EXPECT_EQ(Await(content.Next())->size(), kBlockBytes);
  EXPECT_EQ(CodeOf(Await(content.Next())), Code::kCorrupt);
}

TEST_F(LargeContentTest, AFileThatIsTooShortIsDamaged) {
  disk_.PutFile("/f", Bytes(bytes_.begin(), bytes_.begin() + 120));
  LargeContent content = Make({110, 20});
  EXPECT_EQ(CodeOf(Await(content.Next())), Code::kCorrupt);
}

}  // namespace
}  // namespace yundisk::storage
