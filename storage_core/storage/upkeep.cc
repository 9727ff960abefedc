#include "storage_core/storage/upkeep.h"

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

constexpr std::chrono::milliseconds kNap{100};
constexpr int kNapsPerRound = 10;

void LogFailure(std::string_view doing, const Error& error) {
  LogWarning("{}: {}", doing, error.message());
}

}  // namespace

boost::asio::awaitable<void> Upkeep::Run() {
  index_flushed_ = clock_.Steady();
  const Result<std::uint64_t> swept = co_await engine_.Sweep();
  if (!swept) LogFailure("sweep", swept.error());
  if (swept && *swept != 0) LogInfo("removed {} files of uploads that a crash cut off", *swept);
  while (!stopping_) {
    for (int nap = 0; nap < kNapsPerRound && !stopping_; ++nap) co_await timer_.Sleep(kNap);
    co_await DoRound();
  }
  ended_ = true;
  ended_.notify_all();
}

boost::asio::awaitable<void> Upkeep::DoRound() {
  const Result<void> refreshed = co_await engine_.RefreshFreeBytes();
  if (!refreshed) LogFailure("free space", refreshed.error());
  if (clock_.Steady() - index_flushed_ >= options_.index_flush_interval) {
    index_flushed_ = clock_.Steady();
    const Result<void> flushed = co_await engine_.FlushIndex();
    if (!flushed) LogFailure("index", flushed.error());
  }
  if (stopping_) co_return;
  const Result<bool> compacted = co_await engine_.Compact();
  if (!compacted) LogFailure("compaction", compacted.error());
  if (stopping_ || options_.scrub_bytes_per_s == 0) co_return;
  const Result<void> scrubbed = co_await engine_.Scrub(options_.scrub_bytes_per_s);
  if (!scrubbed) LogFailure("scrub", scrubbed.error());
}

void Upkeep::Stop() {
  stopping_ = true;
  engine_.StopUpkeep();
  ended_.wait(false);
}

}  // namespace yundisk::storage
