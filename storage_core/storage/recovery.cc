#include "storage_core/storage/recovery.h"

#include <algorithm>
#include <array>

#include "common/base/log.h"
#include "storage_core/storage/content.h"

namespace yundisk::storage {
namespace {

// Bounds the memory that reading a long log takes.
constexpr std::uint64_t kRecordsPerCommit = 10'000;
constexpr std::size_t kMaxDoubts = 10'000;
constexpr std::size_t kClearBytes = std::size_t{64} << 10;

Task<bool> HasOnlyZeros(File& file) {
  Bytes piece(kClearBytes);
  for (std::uint64_t at = 0;; at += piece.size()) {
    const auto read = co_await ReadStored(file, at, piece);
    if (!read && read.error().code() == Code::kCorrupt) co_return false;
    CO_TRY(const std::size_t got, read);
    const auto bytes = ByteView(piece).first(got);
    if (std::ranges::any_of(bytes, [](std::byte byte) { return byte != std::byte{0}; }))
      co_return false;
    if (got < piece.size()) co_return true;
  }
}

Task<void> Clear(File& file, std::uint64_t from, std::uint64_t size_bytes) {
  const Bytes zeros(kClearBytes);
  while (size_bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes, kClearBytes));
    const std::array<ByteView, 1> pieces{ByteView(zeros).first(piece)};
    CO_TRY_VOID(co_await file.WriteAt(from, pieces));
    from += piece;
    size_bytes -= piece;
  }
  co_return Result<void>();
}

}  // namespace

Task<RecoveryReport> Recovery::Run() {
  const Place start = catalog_.checkpoint().log;
  next_sequence_ = catalog_.checkpoint().next_sequence;
  report_.end = start;
  CO_TRY_VOID(co_await OpenVolumes());
  const auto volumes = volumes_.List();
  for (const auto& volume : volumes) {
    const std::uint64_t number = volume->header.number;
    if (number < start.volume) continue;
    const std::uint64_t from = number == start.volume ? start.offset : kFirstRecordAt;
    CO_TRY_VOID(co_await Replay(*volume, std::max(from, kFirstRecordAt), number == newest_number_));
  }
  // A newest volume that cannot be read is left alone: the log goes on in a new one.
  report_.end.volume = std::max(report_.end.volume, newest_number_);
  CO_TRY_VOID(catalog_.Commit(report_.end, next_sequence_));
  co_return report_;
}

Task<void> Recovery::OpenVolumes() {
  CO_TRY(const std::vector<std::string> names, co_await files_.List(volumes_.folder()));
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : names)
    if (const auto number = VolumeSet::NumberOf(name)) numbers.push_back(*number);
  std::ranges::sort(numbers);
  for (const std::uint64_t number : numbers)
    CO_TRY_VOID(co_await OpenVolume(number, number == numbers.back()));
  co_return Result<void>();
}

Task<void> Recovery::OpenVolume(std::uint64_t number, bool newest) {
  const std::string path = volumes_.PathOf(number);
  CO_TRY(auto file, co_await reader_files_.Open(path, OpenMode::kRead));
  CO_TRY(const FileFacts facts, co_await file->Facts());
  std::optional<VolumeHeader> header;
  for (const std::uint64_t at : {std::uint64_t{0}, kSecondVolumeHeaderAt}) {
    std::array<std::byte, kVolumeHeaderBytes> bytes{};
    const auto read = co_await ReadStored(*file, at, bytes);
    if (!read && read.error().code() == Code::kCorrupt) continue;
    CO_TRY(const std::size_t got, read);
    if (!header) header = DecodeVolumeHeader(ByteView(bytes).first(got));
  }
  if (header && header->number == number) {
    auto volume = std::make_shared<Volume>(*header, path, std::move(file));
    volume->size_bytes = facts.size_bytes;
    volumes_.Add(std::move(volume));
    newest_number_ = number;
    co_return Result<void>();
  }
  CO_TRY(const bool unborn, co_await HasOnlyZeros(*file));
  if (newest && (unborn || facts.size_bytes <= kFirstRecordAt))
    // The crash came while the volume was made: nothing was ever written to it.
    co_return co_await files_.Remove(path);
  LogError("volume {} is unreadable: both headers are damaged; its objects cannot be served", path);
  ++report_.damaged_regions;
  newest_number_ = number;
  co_return Result<void>();
}

Task<void> Recovery::Replay(const Volume& volume, std::uint64_t from, bool newest) {
  VolumeScanner scanner(*volume.file, volume.header, from);
  std::uint64_t durable = newest ? from : volume.size_bytes.load();
  std::uint64_t end = from;
  std::vector<Scanned> doubts;
  while (true) {
    CO_TRY(const std::optional<Scanned> scanned, co_await scanner.Next());
    if (!scanned) break;
    if (scanned->kind == Scanned::Kind::kRecord) {
      durable = std::max(durable, scanned->decoded.record.batch_start);
      end = scanned->offset + scanned->size_bytes;
      CO_TRY_VOID(Apply(volume, *scanned, false));
      CO_TRY_VOID(CommitSome());
    } else if (doubts.size() < kMaxDoubts) {
      doubts.push_back(*scanned);
    }
  }
  CO_TRY_VOID(ReportDamage(volume, durable, doubts));
  if (newest) {
    CO_TRY_VOID(co_await SecureTail(volume, durable));
    report_.end = {volume.header.number, end};
  }
  co_return Result<void>();
}

Result<void> Recovery::Apply(const Volume& volume, const Scanned& scanned, bool damaged) {
  const DecodedRecord& decoded = scanned.decoded;
  Entry entry;
  entry.record = decoded.record;
  entry.place = {volume.header.number, scanned.offset};
  entry.payload_bytes = static_cast<std::uint32_t>(decoded.payload_bytes);
  entry.verified_at_s = decoded.record.written_at_s;
  entry.damaged = damaged;
  next_sequence_ = std::max(next_sequence_, decoded.record.sequence + 1);
  ++report_.records;
  ++uncommitted_;
  TRY_VOID(catalog_.Stage(decoded.key, entry));
  return {};
}

Result<void> Recovery::ReportDamage(const Volume& volume, std::uint64_t durable,
                                    const std::vector<Scanned>& doubts) {
  for (const Scanned& doubt : doubts) {
    if (doubt.offset >= durable) continue;
    if (doubt.kind == Scanned::Kind::kJunk) {
      ++report_.damaged_regions;
      LogError("{}: {} bytes at {} are damaged; what was there cannot be served", volume.path,
               doubt.size_bytes, doubt.offset);
    } else {
      ++report_.damaged_records;
      LogError("{}: the record of {} at {} is damaged and will not be served", volume.path,
               Shown(doubt.decoded.key), doubt.offset);
      if (report_.damaged_keys.size() < kMaxDoubts)
        report_.damaged_keys.push_back(doubt.decoded.key);
      TRY_VOID(Apply(volume, doubt, true));
    }
  }
  return {};
}

// Also syncs what was found: after the process was killed, records may be in the kernel's memory
// alone, and the index must never know more than the disk.
Task<void> Recovery::SecureTail(const Volume& volume, std::uint64_t durable) {
  CO_TRY(const auto file, co_await files_.Open(volume.path, OpenMode::kReadWrite));
  const std::uint64_t torn_before = report_.torn_bytes;
  CO_TRY_VOID(co_await ClearTorn(*file, volume, durable));
  const std::uint64_t cleared = report_.torn_bytes - torn_before;
  if (cleared != 0)
    LogInfo("{}: cleared {} bytes of a write that a crash cut off", volume.path, cleared);
  co_return co_await file->Sync();
}

Task<void> Recovery::ClearTorn(File& file, const Volume& volume, std::uint64_t from) {
  VolumeScanner scanner(*volume.file, volume.header, from);
  while (true) {
    CO_TRY(const std::optional<Scanned> scanned, co_await scanner.Next());
    if (!scanned) co_return Result<void>();
    if (scanned->kind == Scanned::Kind::kRecord) continue;
    const std::uint64_t size_bytes =
        std::min(scanned->size_bytes, volume.size_bytes - scanned->offset);
    CO_TRY_VOID(co_await Clear(file, scanned->offset, size_bytes));
    report_.torn_bytes += size_bytes;
  }
}

Result<void> Recovery::CommitSome() {
  if (uncommitted_ < kRecordsPerCommit) return {};
  uncommitted_ = 0;
  // The checkpoint stays where it is: reading the same records again does no harm.
  return catalog_.Commit(catalog_.checkpoint().log, next_sequence_);
}

}  // namespace yundisk::storage
