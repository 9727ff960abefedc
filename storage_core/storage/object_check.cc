#include "storage_core/storage/object_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/log.h"

namespace yundisk::storage {

ObjectCheck::ObjectCheck(const Parts& parts, IndexRow row)
    : parts_(parts),
      key_(std::move(row.first)),
      entry_(std::move(row.second)),
      verdict_{.sequence = entry_.record.sequence,
               .verified_at_s = SecondsSince1970(parts.clock.Now())} {}

boost::asio::awaitable<void> ObjectCheck::Begin() {
  if (!entry_.large()) co_return;
  // Before reading: a change while we read then shows as one at the next look.
  const Result<FileFacts> facts = co_await parts_.reader.LargeFacts(entry_);
  if (facts) verdict_.modified_ns = facts->modified_ns;
  if (facts) verdict_.changed_ns = facts->changed_ns;
}

Task<std::uint64_t> ObjectCheck::Step() {
  if (entry_.deleted()) co_return std::uint64_t{0};  // a record and nothing else
  if (content_ == nullptr) {
    const ContentRange whole{0, entry_.record.object_bytes};
    CO_TRY(content_, co_await parts_.reader.OpenChecked(key_, entry_, whole));
  }
  CO_TRY(const ByteView piece, co_await content_->Next());
  co_return std::uint64_t{piece.size()};
}

Task<ObjectCheck::Found> ObjectCheck::Run(const std::atomic<bool>& stop) {
  co_await Begin();
  Result<std::uint64_t> step = co_await Step();
  while (step && *step != 0 && !stop) step = co_await Step();
  if (stop)
    co_return Error::Make(Code::kUnavailable, "reading {}: the storage is ending", Shown(key_));
  CO_TRY(const Found found, co_await Conclude(step));
  if (found == Found::kUnread) co_return step.error();
  co_return found;
}

Task<ObjectCheck::Found> ObjectCheck::Conclude(const Result<std::uint64_t>& read) {
  Result<bool> rewritten = false;
  if (read)
    rewritten = co_await MendRecord();
  else
    rewritten = read.error();
  if (rewritten) {
    CO_TRY_VOID(co_await parts_.committer.Report(key_, verdict_));
    co_return *rewritten ? Found::kRewritten : Found::kIntact;
  }
  // It may have been deleted or moved meanwhile.
  CO_TRY(const std::optional<Entry> now, co_await parts_.reader.Lookup(key_));
  if (!now || now->place != entry_.place) co_return Found::kMoved;
  if (rewritten.error().code() != Code::kCorrupt) {
    if (read) co_return rewritten.error();
    co_return Found::kUnread;
  }
  LogError("checking: {}", rewritten.error().message());
  verdict_.damaged = true;
  CO_TRY_VOID(co_await parts_.committer.Report(key_, verdict_));
  co_return Found::kDamaged;
}

Task<bool> ObjectCheck::MendRecord() {
  const Result<void> checked = co_await parts_.reader.CheckRecord(key_, entry_);
  if (checked) co_return false;
  if (checked.error().code() != Code::kCorrupt) co_return checked.error();
  Bytes payload;
  if (!entry_.deleted()) { CO_TRY(payload, co_await parts_.reader.ReadPayload(key_, entry_)); }
  RecordBuffer copy(key_, payload.size());
  std::ranges::copy(payload, copy.payload().begin());
  CO_TRY(const bool moved,
         co_await parts_.committer.Move(key_, entry_.place, entry_.record, std::move(copy)));
  if (!moved) co_return false;  // deleted or moved meanwhile
  LogWarning("checking: {}; its content is intact and was written anew", checked.error().message());
  co_return true;
}

}  // namespace yundisk::storage
