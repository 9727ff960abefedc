#include "storage_core/storage/record.h"

#include <gtest/gtest.h>

namespace yundisk::storage {
namespace {

constexpr VolumeHeader kVolume{7, 0x1122334455667788, 1'800'000'000};

Record SomeRecord() {
  Record record;
  record.kind = RecordKind::kLarge;
  record.sequence = 0x0102030405060708;
  record.batch_start = 8192;
  record.object_bytes = 300'000;
  record.written_at_s = 1'800'000'001;
  record.large_name.fill(std::byte{0xAB});
  record.block_bytes = 262'144;
  record.modified_ns = 5;
  record.changed_ns = 6;
  record.digest.sha256.fill(std::byte{0xCD});
  record.digest.crc32 = 0x89ABCDEF;
  record.payload_crc32 = 0x01234567;
  return record;
}

RecordBuffer SomeBuffer() {
  RecordBuffer buffer("app", 3);
  std::ranges::fill(buffer.payload(), std::byte{0xEE});
  buffer.Seal(SomeRecord(), {kVolume, 8192});
  return buffer;
}

// The format on the disk: a change here needs a new version in record.h.
TEST(RecordFormat, GoldenVolumeHeader) {
  EXPECT_EQ(HexFromBytes(EncodeVolumeHeader(kVolume)),
            "5944564f4c554d45000000010000000000000000000000071122334455667788000000006b49d200"
            "00000000000000000000000000000000000000000b32390c");
}

TEST(RecordFormat, GoldenRecord) {
  EXPECT_EQ(HexFromBytes(SomeBuffer().bytes()),
            "112233445566778801020003000000030102030405060708000000000000200000000000000493e0"
            "000000006b49d201abababababababababababababababab00000000000400000000000000000005"
            "0000000000000006cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
            "89abcdef01234567000000002458cffd617070eeeeee0000");
}

TEST(RecordFormat, RoundTrips) {
  const RecordBuffer buffer = SomeBuffer();
  const auto decoded = DecodeRecord(buffer.bytes(), {kVolume, 8192});
  ASSERT_TRUE(decoded.has_value());
  const Record expected = SomeRecord();
  EXPECT_EQ(decoded->record.kind, expected.kind);
  EXPECT_EQ(decoded->record.sequence, expected.sequence);
  EXPECT_EQ(decoded->record.batch_start, expected.batch_start);
  EXPECT_EQ(decoded->record.object_bytes, expected.object_bytes);
  EXPECT_EQ(decoded->record.written_at_s, expected.written_at_s);
  EXPECT_EQ(decoded->record.large_name, expected.large_name);
  EXPECT_EQ(decoded->record.block_bytes, expected.block_bytes);
  EXPECT_EQ(decoded->record.modified_ns, expected.modified_ns);
  EXPECT_EQ(decoded->record.changed_ns, expected.changed_ns);
  EXPECT_EQ(decoded->record.digest.sha256, expected.digest.sha256);
  EXPECT_EQ(decoded->record.digest.crc32, expected.digest.crc32);
  EXPECT_EQ(decoded->record.payload_crc32, expected.payload_crc32);
  EXPECT_EQ(decoded->key, std::string("app"));
  EXPECT_EQ(decoded->payload_bytes, 3U);
  EXPECT_EQ(decoded->record_bytes, buffer.bytes().size());
}

TEST(RecordFormat, EveryFlippedBitOfHeaderAndKeyShows) {
  const RecordBuffer buffer = SomeBuffer();
  const std::size_t checked = kRecordHeaderBytes + 3;
  for (std::size_t bit = 0; bit < checked * 8; ++bit) {
    Bytes bytes(buffer.bytes().begin(), buffer.bytes().end());
    bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_FALSE(DecodeRecord(bytes, {kVolume, 8192}).has_value()) << "bit " << bit;
  }
}

TEST(RecordFormat, ARecordInTheWrongPlaceIsNone) {
  const RecordBuffer buffer = SomeBuffer();
  EXPECT_FALSE(DecodeRecord(buffer.bytes(), {kVolume, 8200}).has_value());
  const VolumeHeader other{8, kVolume.marker, 0};
  EXPECT_FALSE(DecodeRecord(buffer.bytes(), {other, 8192}).has_value());
}

TEST(RecordFormat, EveryCutIsNone) {
  const RecordBuffer buffer = SomeBuffer();
  for (std::size_t size = 0; size < kRecordHeaderBytes + 3; ++size)
    EXPECT_FALSE(DecodeRecord(buffer.bytes().first(size), {kVolume, 8192}).has_value());
}

TEST(RecordFormat, VolumeHeaderRoundTripsAndShowsFlips) {
  auto bytes = EncodeVolumeHeader(kVolume);
  EXPECT_EQ(DecodeVolumeHeader(bytes)->marker, kVolume.marker);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] ^= std::byte{4};
    EXPECT_FALSE(DecodeVolumeHeader(bytes).has_value()) << "byte " << at;
    bytes[at] ^= std::byte{4};
  }
  EXPECT_FALSE(DecodeVolumeHeader(ByteView(bytes).first(63)).has_value());
}

}  // namespace
}  // namespace yundisk::storage
