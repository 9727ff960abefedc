#include "storage_core/storage/compactor.h"

#include <algorithm>
#include <optional>

#include "common/base/log.h"

namespace yundisk::storage {

Task<bool> Compactor::Run() {
  const std::shared_ptr<Volume> volume = Choose();
  if (volume == nullptr) co_return false;
  const std::uint64_t number = volume->header.number;
  CO_TRY_VOID(co_await MoveOut(*volume));
  if (parts_.catalog.live_bytes()[number] != 0) {
    LogWarning("{}: kept, because records that are needed could not be read", volume->path);
    stuck_.insert(number);
    co_return true;
  }
  // Should the index fall back to before the moves, the log behind its checkpoint repeats them.
  CO_TRY_VOID(co_await parts_.committer.ForgetVolume(number));
  parts_.volumes.Forget(number);
  CO_TRY_VOID(co_await parts_.files.Remove(volume->path));
  LogInfo("{}: compacted and removed, {} bytes", volume->path, volume->size_bytes.load());
  co_return true;
}

// Never the newest volume: it is still being written.
std::shared_ptr<Volume> Compactor::Choose() const {
  std::shared_ptr<Volume> chosen;
  std::uint64_t most_garbage = 0;
  const auto live_bytes = parts_.catalog.live_bytes();
  auto volumes = parts_.volumes.List();
  if (!volumes.empty()) volumes.pop_back();
  for (const auto& volume : volumes) {
    const std::uint64_t number = volume->header.number;
    const auto found = live_bytes.find(number);
    const std::uint64_t live = found == live_bytes.end() ? 0 : found->second;
    const std::uint64_t total = volume->size_bytes;
    const std::uint64_t garbage = total - std::min(total, live + kFirstRecordAt);
    if (stuck_.contains(number) || garbage * 100 < total * garbage_percent_) continue;
    if (chosen != nullptr && garbage <= most_garbage) continue;
    most_garbage = garbage;
    chosen = volume;
  }
  return chosen;
}

Task<void> Compactor::MoveOut(const Volume& volume) {
  VolumeScanner scanner(*volume.file, volume.header, kFirstRecordAt);
  while (true) {
    CO_TRY(const std::optional<Scanned> scanned, co_await scanner.Next());
    if (!scanned) co_return Result<void>();
    if (scanned->kind != Scanned::Kind::kRecord) continue;
    const DecodedRecord& decoded = scanned->decoded;
    RecordBuffer copy(decoded.key, decoded.payload_bytes);
    std::ranges::copy(scanned->payload, copy.payload().begin());
    const Place from{volume.header.number, scanned->offset};
    const Result<bool> moved =
        co_await parts_.committer.Move(decoded.key, from, decoded.record, std::move(copy));
    if (!moved) co_return moved.error();
    if (stopping_) co_return Error(Code::kUnavailable, "compacting: the storage is stopping");
  }
}

}  // namespace yundisk::storage
