#include "storage_core/storage/scrubber.h"

#include <utility>

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
      const ObjectCheck::Parts parts{parts_.clock, parts_.reader, parts_.committer};
      current_.emplace(parts, std::move(queue_.front()));
      queue_.pop_front();
      co_await current_->Begin();
      read_bytes += kObjectCostBytes;
      continue;
    }
    const Result<std::uint64_t> step = co_await current_->Step();
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

bool Scrubber::Due(const Entry& entry) const {
  return !entry.VerifiedWithin(interval_, SecondsSince1970(parts_.clock.Now()));
}

Task<void> Scrubber::Conclude(const Result<std::uint64_t>& outcome) {
  ObjectCheck check = *std::move(current_);
  current_.reset();
  CO_TRY(const ObjectCheck::Found found, co_await check.Conclude(outcome));
  using enum ObjectCheck::Found;
  if ((found == kIntact || found == kRewritten) && !check.deletion()) ++verified_;
  if (found == kRewritten) ++rewritten_;
  if (found == kDamaged) ++damaged_;
  if (found == kUnread) co_return outcome.error();
  co_return Result<void>();
}

}  // namespace yundisk::storage
