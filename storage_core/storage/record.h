// The on-disk format of the volume log, drawn here and nowhere else.
//
// A volume file <data>/volumes/<16 hex digits>.vol is
//
//   offset  bytes
//        0     64  volume header
//     4096     64  the same again, for when the first is damaged
//     8192         records, each at a multiple of 8; zeros behind the last one: space prepared
//     ahead
//
// and all integers are big-endian. The volume header:
//
//        0      8  "YDVOLUME"
//        8      4  version, 1
//       12      4  zeros
//       16      8  number of the volume
//       24      8  marker: random, begins every record of this volume
//       32      8  created at, seconds since 1970
//       40     20  zeros
//       60      4  CRC-32 of bytes 0 to 59
//
// A record:
//
//        0      8  marker of the volume
//        8      1  version, 1
//        9      1  kind: 1 small object, 2 large object, 3 tombstone
//       10      2  key length
//       12      4  payload length
//       16      8  sequence: orders all records of the storage; kept when compaction moves them
//       24      8  batch start: everything before this offset was durable when this was written
//       32      8  object size
//       40      8  written at, seconds since 1970
//       48     16  large object: name of its file
//       64      8  large object: block size of its checksum table
//       72      8  large object: time of the file's last modification, nanoseconds since 1970
//       80      8  large object: time of its last change (ctime)
//       88     32  SHA-256 of the object
//      120      4  CRC-32 of the object
//      124      4  CRC-32 of the payload
//      128      4  zeros
//      132      4  CRC-32 of: volume number, offset of the record, bytes 0 to 131, key
//      136         key, payload, zeros up to a multiple of 8
//
// The payload of a small object is its content, that of a large one its checksum table (a CRC-32 a
// block), that of a tombstone nothing.
//
// After damage the reader searches for the next record by the marker. The marker is random and
// never leaves the machine, so that nobody can upload content that the search takes for a record.
// The volume number and the offset are part of the checksum, so that a block the disk wrote to the
// wrong place is not taken for one either.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "storage_core/storage/object.h"

namespace yundisk::storage {

inline constexpr std::size_t kVolumeHeaderBytes = 64;
inline constexpr std::uint64_t kSecondVolumeHeaderAt = 4096;
inline constexpr std::uint64_t kFirstRecordAt = 8192;
inline constexpr std::size_t kRecordHeaderBytes = 136;
inline constexpr std::size_t kRecordAlignment = 8;
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{1} << 20;

struct VolumeHeader {
  std::uint64_t number = 0;
  std::uint64_t marker = 0;
  std::uint64_t created_at_s = 0;
};

std::array<std::byte, kVolumeHeaderBytes> EncodeVolumeHeader(const VolumeHeader& header);
// Empty when the bytes are not an intact header.
std::optional<VolumeHeader> DecodeVolumeHeader(ByteView bytes);

enum class RecordKind : std::uint8_t { kSmall = 1, kLarge = 2, kTombstone = 3 };

using LargeName = std::array<std::byte, 16>;

// What a record says, apart from key and payload.
struct Record {
  RecordKind kind = RecordKind::kSmall;
  std::uint64_t sequence = 0;
  std::uint64_t batch_start = 0;
  std::uint64_t object_bytes = 0;
  std::uint64_t written_at_s = 0;
  LargeName large_name{};
  std::uint64_t block_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  Digest digest;
  std::uint32_t payload_crc32 = 0;
};

// Where a record lies: what its checksum covers besides the record itself.
struct RecordPosition {
  const VolumeHeader& volume;
  std::uint64_t offset;
};

// A whole record under construction, as it goes to disk: the payload is filled in first, by whoever
// has it, the header last, by the committer, which alone knows where the record will lie.
class RecordBuffer {
 public:
  RecordBuffer(std::string_view key, std::size_t payload_bytes);

  MutableByteView payload() { return MutableByteView(bytes_).subspan(payload_at_, payload_bytes_); }
  // Writes the header in front.
  void Seal(const Record& record, const RecordPosition& position);
  ByteView bytes() const { return bytes_; }
  std::size_t payload_bytes() const { return payload_bytes_; }

 private:
  std::size_t payload_at_;
  std::size_t payload_bytes_;
  Bytes bytes_;
};

std::size_t RecordBytes(std::size_t key_bytes, std::size_t payload_bytes);

struct DecodedRecord {
  Record record;
  std::string key;
  std::size_t payload_at;  // from the record's first byte
  std::size_t payload_bytes;
  std::size_t record_bytes;
};

// The header and key at the start of `bytes`, which may end before the payload does. Empty when
// they are not those of an intact record at that position.
std::optional<DecodedRecord> DecodeRecord(ByteView bytes, const RecordPosition& position);

}  // namespace yundisk::storage
