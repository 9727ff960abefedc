#include "storage_core/storage/change_feed.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/log.h"
#include "storage_core/storage/volume_scanner.h"

namespace yundisk::storage {
namespace {

// Read from the disk in one call, so that a log of large records does not keep its reader waiting.
constexpr std::uint64_t kBytesAtOnce = std::uint64_t{16} << 20;
constexpr std::size_t kEntriesAtOnce = 1000;

Change ToChange(std::string key, const Record& record) {
  return {std::move(key),      record.kind == RecordKind::kTombstone,
          record.object_bytes, record.digest.sha256,
          record.written_at_s, record.sequence};
}

}  // namespace

struct ChangeFeed::Reading {
  std::size_t count;
  Changes changes{};
  std::uint64_t read_bytes = 0;

  bool Enough() const { return changes.rows.size() >= count || read_bytes >= kBytesAtOnce; }
};

Task<Changes> ChangeFeed::Read(ChangePosition after, std::size_t count) {
  if (after.offset % kRecordAlignment != 0)
    co_return Error(Code::kBadRequest, "reading changes: no record begins at that offset");
  const Place end = catalog_.log_end();
  Reading reading{count};
  Changes& changes = reading.changes;
  changes.next = after;
  changes.end = {end.volume, end.offset};
  if (after >= changes.end || count == 0) co_return std::move(changes);
  // A volume that is needed and not there could not be opened.
  std::map<std::uint64_t, std::shared_ptr<Volume>> volumes;
  for (const auto& [number, bytes] : catalog_.live_bytes())
    if (bytes != 0) volumes.emplace(number, nullptr);
  const auto open = volumes_.List();
  for (const auto& volume : open) volumes[volume->header.number] = volume;
  for (const auto& [number, volume] : volumes) {
    if (number < after.volume || number > end.volume) continue;
    changes.next = std::max(changes.next, ChangePosition{number, kFirstRecordAt});
    if (volume != nullptr)
      CO_TRY_VOID(co_await ReadVolume(*volume, reading));
    else
      CO_TRY_VOID(co_await ReadGap(number, changes.next.offset, UINT64_MAX, reading));
    if (!reading.Enough()) continue;
    if (changes.next < changes.end) changes.left = LeftBehind(changes.rows);
    co_return std::move(changes);
  }
  changes.next = changes.end;
  co_return std::move(changes);
}

// What compaction has written again comes behind what is newer, so the newest row counts.
std::uint64_t ChangeFeed::LeftBehind(const std::vector<Change>& rows) const {
  std::uint64_t newest = 0;
  for (const Change& row : rows) newest = std::max(newest, row.sequence);
  const std::uint64_t all = catalog_.newest_sequence();
  return all - std::min(all, newest);
}

// Records lie one behind the other: what is not one, between two or before the end, was one.
Task<void> ChangeFeed::ReadVolume(const Volume& volume, Reading& reading) {
  Changes& changes = reading.changes;
  const std::uint64_t number = volume.header.number;
  const bool newest = number == changes.end.volume;
  const std::uint64_t to = newest ? changes.end.offset : UINT64_MAX;
  VolumeScanner scanner(*volume.file, volume.header, changes.next.offset, to);
  bool junk = false;
  while (!reading.Enough()) {
    CO_TRY(std::optional<Scanned> scanned, co_await scanner.Next());
    if (!scanned) {
      const bool gap = junk || (newest && changes.next.offset < to);
      if (gap) CO_TRY_VOID(co_await ReadGap(number, changes.next.offset, to, reading));
      co_return Result<void>();
    }
    reading.read_bytes += scanned->size_bytes;
    junk = scanned->kind == Scanned::Kind::kJunk;
    if (junk) continue;
    if (scanned->offset > changes.next.offset) {
      CO_TRY_VOID(co_await ReadGap(number, changes.next.offset, scanned->offset, reading));
      if (reading.Enough()) break;
    }
    // A record whose payload is broken still says what it was about.
    changes.rows.push_back(ToChange(std::move(scanned->decoded.key), scanned->decoded.record));
    changes.next = {number, scanned->offset + scanned->size_bytes};
  }
  co_return Result<void>();
}

Task<void> ChangeFeed::ReadGap(std::uint64_t volume, std::uint64_t from, std::uint64_t to,
                               Reading& reading) {
  CO_TRY(const auto gap, co_await Find(volume, from, to));
  Changes& changes = reading.changes;
  for (const auto& [offset, change] : gap->changes) {
    if (offset < from || offset >= to) continue;
    if (reading.Enough()) co_return Result<void>();
    changes.rows.push_back(change);
    changes.next = {volume, offset + kRecordAlignment};
  }
  if (!reading.Enough() && to != UINT64_MAX) changes.next = {volume, to};
  co_return Result<void>();
}

Task<std::shared_ptr<const ChangeFeed::Gap>> ChangeFeed::Find(std::uint64_t volume,
                                                              std::uint64_t from,
                                                              std::uint64_t to) {
  {
    const auto gaps = gaps_.Lock();
    for (const auto& gap : *gaps)
      if (gap->volume == volume && gap->from <= from && gap->to >= to) co_return gap;
  }
  auto gap = std::make_shared<Gap>(Gap{volume, from, to, {}});
  Result<void> looked;
  co_await runner_.Run([&] { looked = LookThrough(*gap); });
  CO_TRY_VOID(looked);
  LogWarning("volume {}: what lies at {} cannot be read; the index knows of {} changes there",
             volume, from, gap->changes.size());
  gaps_.Lock()->push_back(gap);
  co_return std::shared_ptr<const Gap>(gap);
}

Result<void> ChangeFeed::LookThrough(Gap& gap) const {
  std::string cursor;
  while (true) {
    TRY(const std::vector<IndexRow> rows, catalog_.index().Next(cursor, kEntriesAtOnce));
    for (const auto& [key, entry] : rows) {
      const Place& place = entry.place;
      if (place.volume == gap.volume && place.offset >= gap.from && place.offset < gap.to)
        gap.changes.emplace_back(place.offset, ToChange(key, entry.record));
    }
    if (rows.size() < kEntriesAtOnce) break;
    cursor = rows.back().first;
  }
  std::ranges::sort(gap.changes, {}, [](const auto& row) { return row.first; });
  return {};
}

}  // namespace yundisk::storage
