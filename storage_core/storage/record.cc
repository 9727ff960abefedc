#include "storage_core/storage/record.h"

#include <algorithm>

#include "common/base/check.h"
#include "storage_core/storage/checksum.h"

namespace yundisk::storage {
namespace {

constexpr std::string_view kVolumeMagic = "YDVOLUME";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kVolumeCrcAt = 60;
constexpr std::size_t kHeaderCrcAt = 132;

// Writes fields one behind the other.
class Writer {
 public:
  explicit Writer(std::byte* at) : at_(at) {}

  template <typename T>
  Writer& Number(T value) {
    StoreBig(at_, static_cast<std::make_unsigned_t<T>>(value));
    at_ += sizeof value;
    return *this;
  }
  Writer& Raw(ByteView bytes) {
    at_ = std::ranges::copy(bytes, at_).out;
    return *this;
  }

 private:
  std::byte* at_;
};

class Reader {
 public:
  explicit Reader(const std::byte* at) : at_(at) {}

  template <typename T>
  Reader& Number(T& value) {
    value = static_cast<T>(LoadBig<std::make_unsigned_t<T>>(at_));
    at_ += sizeof value;
    return *this;
  }
  Reader& Raw(MutableByteView bytes) {
    std::copy_n(at_, bytes.size(), bytes.begin());
    at_ += bytes.size();
    return *this;
  }

 private:
  const std::byte* at_;
};

std::uint32_t HeaderCrc(ByteView header, ByteView key, const RecordPosition& position) {
  std::array<std::byte, 16> place;
  Writer(place.data()).Number(position.volume.number).Number(position.offset);
  return Crc32(key, Crc32(header.first(kHeaderCrcAt), Crc32(place)));
}

std::size_t Aligned(std::size_t size) {
  return (size + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
}

bool IsKind(std::uint8_t kind) {
  return kind >= static_cast<std::uint8_t>(RecordKind::kSmall) &&
         kind <= static_cast<std::uint8_t>(RecordKind::kTombstone);
}

}  // namespace

std::array<std::byte, kVolumeHeaderBytes> EncodeVolumeHeader(const VolumeHeader& header) {
  std::array<std::byte, kVolumeHeaderBytes> bytes{};
  Writer(bytes.data())
      .Raw(AsBytes(kVolumeMagic))
      .Number(kVersion)
      .Number(std::uint32_t{0})
      .Number(header.number)
      .Number(header.marker)
      .Number(header.created_at_s);
  StoreBig(&bytes[kVolumeCrcAt], Crc32(ByteView(bytes).first(kVolumeCrcAt)));
  return bytes;
}

std::optional<VolumeHeader> DecodeVolumeHeader(ByteView bytes) {
  if (bytes.size() < kVolumeHeaderBytes) return std::nullopt;
  if (AsText(bytes.first(kVolumeMagic.size())) != kVolumeMagic) return std::nullopt;
  if (LoadBig<std::uint32_t>(&bytes[kVolumeCrcAt]) != Crc32(bytes.first(kVolumeCrcAt)))
    return std::nullopt;
  VolumeHeader header;
  std::uint32_t version = 0;
  std::uint32_t zeros = 0;
  Reader(&bytes[kVolumeMagic.size()])
      .Number(version)
      .Number(zeros)
      .Number(header.number)
      .Number(header.marker)
      .Number(header.created_at_s);
  if (version != kVersion) return std::nullopt;
  return header;
}

std::size_t RecordBytes(std::size_t key_bytes, std::size_t payload_bytes) {
  return Aligned(kRecordHeaderBytes + key_bytes + payload_bytes);
}

RecordBuffer::RecordBuffer(std::string_view key, std::size_t payload_bytes)
    : payload_at_(kRecordHeaderBytes + key.size()),
      payload_bytes_(payload_bytes),
      bytes_(RecordBytes(key.size(), payload_bytes)) {
  CHECK(key.size() <= ObjectKey::kMaxBytes);
  CHECK(payload_bytes <= kMaxPayloadBytes);
  std::ranges::copy(AsBytes(key), bytes_.begin() + kRecordHeaderBytes);
}

void RecordBuffer::Seal(const Record& record, const RecordPosition& position) {
  const std::size_t key_bytes = payload_at_ - kRecordHeaderBytes;
  Writer(bytes_.data())
      .Number(position.volume.marker)
      .Number(static_cast<std::uint8_t>(kVersion))
      .Number(static_cast<std::uint8_t>(record.kind))
      .Number(static_cast<std::uint16_t>(key_bytes))
      .Number(static_cast<std::uint32_t>(payload_bytes_))
      .Number(record.sequence)
      .Number(record.batch_start)
      .Number(record.object_bytes)
      .Number(record.written_at_s)
      .Raw(record.large_name)
      .Number(record.block_bytes)
      .Number(record.modified_ns)
      .Number(record.changed_ns)
      .Raw(record.digest.sha256)
      .Number(record.digest.crc32)
      .Number(record.payload_crc32)
      .Number(std::uint32_t{0});
  const ByteView key = ByteView(bytes_).subspan(kRecordHeaderBytes, key_bytes);
  StoreBig(&bytes_[kHeaderCrcAt], HeaderCrc(bytes_, key, position));
}

std::optional<DecodedRecord> DecodeRecord(ByteView bytes, const RecordPosition& position) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  std::uint64_t marker = 0;
  std::uint8_t version = 0;
  std::uint8_t kind = 0;
  std::uint16_t key_bytes = 0;
  std::uint32_t payload_bytes = 0;
  Reader reader(bytes.data());
  reader.Number(marker).Number(version).Number(kind).Number(key_bytes).Number(payload_bytes);
  if (marker != position.volume.marker || version != kVersion || !IsKind(kind)) return std::nullopt;
  if (key_bytes > ObjectKey::kMaxBytes || payload_bytes > kMaxPayloadBytes) return std::nullopt;
  if (bytes.size() < kRecordHeaderBytes + key_bytes) return std::nullopt;

  const ByteView key = bytes.subspan(kRecordHeaderBytes, key_bytes);
  if (LoadBig<std::uint32_t>(&bytes[kHeaderCrcAt]) != HeaderCrc(bytes, key, position))
    return std::nullopt;
  Record record;
  record.kind = static_cast<RecordKind>(kind);
  reader.Number(record.sequence)
      .Number(record.batch_start)
      .Number(record.object_bytes)
      .Number(record.written_at_s)
      .Raw(record.large_name)
      .Number(record.block_bytes)
      .Number(record.modified_ns)
      .Number(record.changed_ns)
      .Raw(record.digest.sha256)
      .Number(record.digest.crc32)
      .Number(record.payload_crc32);
  return DecodedRecord{record, std::string(AsText(key)), kRecordHeaderBytes + key_bytes,
                       payload_bytes, RecordBytes(key_bytes, payload_bytes)};
}

}  // namespace yundisk::storage
