#include "storage_core/storage/change_feed.h"

#include <algorithm>
#include <utility>

#include "storage_core/storage/volume_scanner.h"

namespace yundisk::storage {
namespace {

Change ToChange(DecodedRecord decoded) {
  const Record& record = decoded.record;
  return {std::move(decoded.key), record.kind == RecordKind::kTombstone, record.object_bytes,
          record.digest.sha256, record.written_at_s};
}

}  // namespace

Task<Changes> ChangeFeed::Read(ChangePosition after, std::size_t count) {
  const Place end = catalog_.log_end();
  Changes changes;
  changes.next = after;
  changes.end = {end.volume, end.offset};
  const auto volumes = volumes_.List();
  for (const auto& volume : volumes) {
    const std::uint64_t number = volume->header.number;
    if (number < after.volume || number > end.volume) continue;
    const std::uint64_t from = number == after.volume ? after.offset : 0;
    CO_TRY_VOID(co_await ReadVolume(*volume, std::max(from, kFirstRecordAt), count, changes));
    if (changes.rows.size() >= count) co_return changes;
  }
  changes.next = std::max(changes.next, changes.end);
  co_return changes;
}

Task<void> ChangeFeed::ReadVolume(const Volume& volume, std::uint64_t from, std::size_t count,
                                  Changes& changes) {
  const std::uint64_t number = volume.header.number;
  VolumeScanner scanner(*volume.file, volume.header, from);
  while (changes.rows.size() < count) {
    CO_TRY(std::optional<Scanned> scanned, co_await scanner.Next());
    if (!scanned) co_return Result<void>();
    const ChangePosition behind{number, scanned->offset + scanned->size_bytes};
    if (behind > changes.end) co_return Result<void>();  // not durable yet
    changes.next = behind;
    // A record whose payload is broken still says what it was about.
    if (scanned->kind == Scanned::Kind::kJunk) continue;
    changes.rows.push_back(ToChange(std::move(scanned->decoded)));
  }
  co_return Result<void>();
}

}  // namespace yundisk::storage
