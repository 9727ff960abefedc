#include "storage_core/storage/volume_scanner.h"

#include <algorithm>
#include <cstring>

#include "common/base/check.h"
#include "storage_core/storage/checksum.h"
#include "storage_core/storage/content.h"

namespace yundisk::storage {
namespace {

constexpr std::size_t kMaxRecordBytes =
    kRecordHeaderBytes + ObjectKey::kMaxBytes + kMaxPayloadBytes + kRecordAlignment;
constexpr std::size_t kWindowBytes = std::size_t{4} << 20;
static_assert(kWindowBytes > 2 * kMaxRecordBytes);
// What a disk loses at once, at least.
constexpr std::size_t kUnreadableBytes = 4096;
// No marker of a volume begins with it, and zeros are passed over as never written.
constexpr std::byte kJunk{0xff};

// As ReadStored; what the disk cannot give back reads as junk.
Task<std::size_t> ReadAround(File& file, std::uint64_t offset, MutableByteView buffer) {
  const auto all = co_await ReadStored(file, offset, buffer);
  if (all || all.error().code() != Code::kCorrupt) co_return all;
  std::size_t done = 0;
  while (done < buffer.size()) {
    const std::size_t wanted = std::min(buffer.size() - done, kUnreadableBytes);
    const MutableByteView piece = buffer.subspan(done, wanted);
    const auto got = co_await ReadStored(file, offset + done, piece);
    if (!got && got.error().code() != Code::kCorrupt) co_return got;
    if (!got) std::ranges::fill(piece, kJunk);
    done += got ? *got : wanted;
    if (got && *got < wanted) break;
  }
  co_return done;
}

}  // namespace

VolumeScanner::VolumeScanner(File& file, const VolumeHeader& volume, std::uint64_t from,
                             std::uint64_t to)
    : file_(file), volume_(volume), to_(to), offset_(from), window_at_(from) {
  CHECK(from % kRecordAlignment == 0);
}

Task<ByteView> VolumeScanner::Ahead() {
  if (!file_ended_ && offset_ + kMaxRecordBytes > window_at_ + window_.size()) {
    CO_TRY(const FileFacts facts, co_await file_.Facts());
    const std::uint64_t end = std::min(facts.size_bytes, to_);
    const std::uint64_t left = end - std::min(offset_, end);
    window_at_ = offset_;
    window_.resize(std::min<std::uint64_t>(left, kWindowBytes));
    CO_TRY(const std::size_t got, co_await ReadAround(file_, offset_, window_));
    window_.resize(got);
    file_ended_ = got == left;
  }
  co_return ByteView(window_).subspan(std::min<std::size_t>(offset_ - window_at_, window_.size()));
}

Task<std::optional<Scanned>> VolumeScanner::Next() {
  while (true) {
    CO_TRY(const ByteView ahead, co_await Ahead());
    if (ahead.size() < kRecordAlignment) co_return std::optional<Scanned>();
    std::optional<DecodedRecord> decoded = DecodeRecord(ahead, {volume_, offset_});
    if (decoded) co_return std::optional<Scanned>(TakeRecord(*std::move(decoded), ahead));
    if (std::optional<Scanned> junk = Skip(ahead)) co_return junk;
  }
}

Scanned VolumeScanner::TakeRecord(DecodedRecord decoded, ByteView ahead) {
  Scanned scanned{Scanned::Kind::kBrokenRecord, offset_, decoded.record_bytes, {}, {}};
  if (decoded.record_bytes <= ahead.size()) {
    const ByteView payload = ahead.subspan(decoded.payload_at, decoded.payload_bytes);
    if (Crc32(payload) == decoded.record.payload_crc32) {
      scanned.kind = Scanned::Kind::kRecord;
      scanned.payload = payload;
    }
  }
  scanned.decoded = std::move(decoded);
  offset_ += scanned.size_bytes;
  return scanned;
}

std::optional<Scanned> VolumeScanner::Skip(ByteView ahead) {
  const std::size_t end = ahead.size() / kRecordAlignment * kRecordAlignment;
  std::optional<std::uint64_t> junk_from;
  std::uint64_t junk_to = 0;
  std::size_t at = 0;
  for (; at < end; at += kRecordAlignment) {
    std::uint64_t word;
    std::memcpy(&word, &ahead[at], sizeof word);
    if (word == 0) continue;
    if (at != 0 && HostFromBig(word) == volume_.marker) break;
    if (!junk_from) junk_from = offset_ + at;
    junk_to = offset_ + at + kRecordAlignment;
  }
  offset_ += at;
  if (!junk_from) return std::nullopt;
  return Scanned{Scanned::Kind::kJunk, *junk_from, junk_to - *junk_from, {}, {}};
}

}  // namespace yundisk::storage
