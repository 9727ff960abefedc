#include "storage_core/storage/volume_scanner.h"

#include "storage_core/storage/checksum.h"
#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {
namespace {

constexpr VolumeHeader kVolume{1, 0xA1B2C3D4E5F60718, 0};

// A file of records, scanned over and over.
class VolumeScannerTest : public EngineFixture {
 protected:
  VolumeScannerTest() : content_(kFirstRecordAt) { life_ = std::make_unique<Life>(*this); }

  std::uint64_t Append(const std::string& key, const Bytes& payload,
                       const VolumeHeader& volume = kVolume) {
    RecordBuffer buffer(key, payload.size());
    std::ranges::copy(payload, buffer.payload().begin());
    Record record;
    record.payload_crc32 = Crc32(payload);
    const std::uint64_t at = content_.size();
    buffer.Seal(record, {volume, at});
    content_.insert(content_.end(), buffer.bytes().begin(), buffer.bytes().end());
    return at;
  }

  // "key" for a record, "!key" for a broken one, "junk" for junk.
  std::vector<std::string> Scan() {
    disk_.PutFile("/v", content_);
    if (unreadable_) disk_.MakeUnreadable("/v", *unreadable_);
    const auto file = Await(life_->files.Open("/v", OpenMode::kRead));
    VolumeScanner scanner(**file, kVolume, kFirstRecordAt);
    std::vector<std::string> found;
    while (true) {
      const auto scanned = Await(scanner.Next());
      EXPECT_TRUE(scanned.ok());
      if (!scanned || !*scanned) return found;
      const bool junk = (*scanned)->kind == Scanned::Kind::kJunk;
      const bool broken = (*scanned)->kind == Scanned::Kind::kBrokenRecord;
      found.push_back(junk ? "junk" : (broken ? "!" : "") + (*scanned)->decoded.key);
    }
  }

  Bytes content_;
  std::optional<std::uint64_t> unreadable_;
};

TEST_F(VolumeScannerTest, FindsAllAndSkipsZeros) {
  Append("a", Pattern(100, 1));
  Append("b", {});
  content_.resize(content_.size() + 4096);
  Append("c", Pattern(70'000, 2));
  content_.resize(content_.size() + 10'000);
  EXPECT_EQ(Scan(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(VolumeScannerTest, GoesOnBehindDamage) {
  Append("a", Pattern(100, 1));
  const std::uint64_t b = Append("b", Pattern(100, 2));
  const std::uint64_t c = Append("c", Pattern(100, 3));
  Append("d", Pattern(100, 4));
  content_[b + 20] ^= std::byte{1};                           // the header of b
  content_[c + kRecordHeaderBytes + 1 + 50] ^= std::byte{1};  // the payload of c
  EXPECT_EQ(Scan(), (std::vector<std::string>{"a", "junk", "!c", "d"}));
}

TEST_F(VolumeScannerTest, GoesOnBehindWhatCannotBeRead) {
  Append("a", Pattern(100, 1));
  Append("b", Pattern(10'000, 2));
  unreadable_ = content_.size() - 5000;
  Append("c", Pattern(10'000, 3));
  EXPECT_EQ(Scan(), (std::vector<std::string>{"a", "!b", "c"}));
}

TEST_F(VolumeScannerTest, ALostMarkerIsJunkUpToTheNextRecord) {
  const std::uint64_t a = Append("a", Pattern(100, 1));
  Append("b", Pattern(100, 2));
  content_[a] ^= std::byte{1};
  EXPECT_EQ(Scan(), (std::vector<std::string>{"junk", "b"}));
}

TEST_F(VolumeScannerTest, UploadedRecordsAreNotBelieved) {
  // A record made with a marker of its own, inside a content whose header is damaged.
  const VolumeHeader forged{1, 0x4141414141414141, 0};
  RecordBuffer inner("evil", 8);
  inner.Seal(Record{}, {forged, kFirstRecordAt + 144});
  const std::uint64_t a = Append("a", Bytes(inner.bytes().begin(), inner.bytes().end()));
  content_[a + 30] ^= std::byte{1};
  EXPECT_EQ(Scan(), (std::vector<std::string>{"junk"}));
}

TEST_F(VolumeScannerTest, ACutRecordIsBroken) {
  Append("a", Pattern(100, 1));
  Append("b", Pattern(1000, 2));
  content_.resize(content_.size() - 500);
  EXPECT_EQ(Scan(), (std::vector<std::string>{"a", "!b"}));
}

TEST_F(VolumeScannerTest, WindowsMoveAcrossLargeFiles) {
  std::vector<std::string> keys;
  for (int i = 0; i < 30; ++i) {
    keys.push_back("k" + std::to_string(i));
    Append(keys.back(), Pattern(700'001, static_cast<unsigned char>(i)));
  }
  EXPECT_EQ(Scan(), keys);
}

}  // namespace
}  // namespace yundisk::storage
