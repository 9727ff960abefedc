#include "storage_core/storage/scrubber.h"

#include <algorithm>

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

// Entries of the index looked at together, due or not.
constexpr std::size_t kEntriesAtOnce = 1000;
// What an object costs besides its bytes: the seek.
constexpr std::uint64_t kObjectCostBytes = 4096;

}  // namespace

Task<void> Scrubber::Run(std::uint64_t budget_bytes) {
  std::uint64_t read_bytes = 0;
  while (read_bytes < budget_bytes && !stopping_) {
    if (!current_) {
      if (queue_.empty()) CO_TRY_VOID(co_await FillQueue());
      if (queue_.empty()) break;
      IndexRow row = std::move(queue_.front());
      queue_.pop_front();
      co_await Begin(std::move(row));
      read_bytes += kObjectCostBytes;
      continue;
    }
    const Result<std::uint64_t> step = co_await Step();
    if (step) read_bytes += *step;
    if (!step || *step == 0) CO_TRY_VOID(co_await Conclude(step));
  }
  co_return Result<void>();
}

Task<void> Scrubber::FillQueue() {
  Result<std::vector<IndexRow>> rows = std::vector<IndexRow>();
  co_await parts_.runner.Run([&] { rows = parts_.index.Next(cursor_, kEntriesAtOnce); });
  CO_TRY_VOID(rows);
  cursor_ = rows->size() == kEntriesAtOnce ? rows->back().first : std::string();
  for (IndexRow& row : *rows) {
    // Known already, but whoever could mend it may not know.
    if (row.second.damaged) parts_.committer.TellDamage(row.first);
    if (Due(row.second)) queue_.push_back(std::move(row));
  }
  co_return Result<void>();
}

boost::asio::awaitable<void> Scrubber::Begin(IndexRow row) {
  Current current{std::move(row.first), std::move(row.second), {}, nullptr};
  current.verdict.sequence = current.entry.record.sequence;
  current.verdict.verified_at_s = SecondsSince1970(parts_.clock.Now());
  if (current.entry.large()) {
    // Before reading: a change while we read then shows as one at the next look.
    const Result<FileFacts> facts = co_await parts_.reader.LargeFacts(current.entry);
    if (facts) current.verdict.modified_ns = facts->modified_ns;
    if (facts) current.verdict.changed_ns = facts->changed_ns;
  }
  current_.emplace(std::move(current));
}

bool Scrubber::Due(const Entry& entry) const {
  return !entry.VerifiedWithin(interval_, SecondsSince1970(parts_.clock.Now()));
}

Task<std::uint64_t> Scrubber::Step() {
  if (current_->entry.deleted()) co_return std::uint64_t{0};  // a record and nothing else
  if (current_->content == nullptr) {
    const ContentRange whole{0, current_->entry.record.object_bytes};
    CO_TRY(current_->content,
           co_await parts_.reader.OpenChecked(current_->key, current_->entry, whole));
  }
  CO_TRY(const ByteView piece, co_await current_->content->Next());
  co_return std::uint64_t{piece.size()};
}

Task<void> Scrubber::Conclude(const Result<std::uint64_t>& read) {
  const Current current = *std::move(current_);
  current_.reset();
  Result<void> outcome = Result<void>();
  if (!read) outcome = read.error();
  if (outcome) outcome = co_await MendRecord(current.key, current.entry);
  if (outcome) {
    if (!current.entry.deleted()) ++verified_;
    co_return co_await parts_.committer.Report(current.key, current.verdict);
  }
  // It may have been deleted or moved meanwhile.
  CO_TRY(const std::optional<Entry> now, co_await parts_.reader.Lookup(current.key));
  if (!now || now->place != current.entry.place) co_return Result<void>();
  if (outcome.error().code() != Code::kCorrupt) co_return outcome;
  LogError("scrub: {}", outcome.error().message());
  ++damaged_;
  Verdict verdict = current.verdict;
  verdict.damaged = true;
  co_return co_await parts_.committer.Report(current.key, verdict);
}

Task<void> Scrubber::MendRecord(const std::string& key, const Entry& entry) {
  const Result<void> checked = co_await parts_.reader.CheckRecord(key, entry);
  if (checked || checked.error().code() != Code::kCorrupt) co_return checked;
  Bytes payload;
  if (!entry.deleted()) { CO_TRY(payload, co_await parts_.reader.ReadPayload(key, entry)); }
  RecordBuffer copy(key, payload.size());
  std::ranges::copy(payload, copy.payload().begin());
  CO_TRY(const bool moved,
         co_await parts_.committer.Move(key, entry.place, entry.record, std::move(copy)));
  if (!moved) co_return Result<void>();  // deleted or moved meanwhile
  LogWarning("scrub: {}; its content is intact and was written anew", checked.error().message());
  ++rewritten_;
  co_return Result<void>();
}

}  // namespace yundisk::storage
