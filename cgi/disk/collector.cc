#include "cgi/disk/collector.h"

#include <utility>

#include "cgi/disk/rows.h"
#include "common/base/log.h"

namespace yundisk::disk {
namespace {

// The database's name keeps several installations on one server apart.
constexpr std::string_view kTakeLock =
    "SELECT GET_LOCK(CONCAT(DATABASE(), '.yundisk_collector'), 0)";
constexpr std::string_view kFreeLock =
    "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.yundisk_collector'))";

Result<std::vector<db::Row>> QueryAlone(db::Pool& pool, std::string_view sql,
                                        const std::vector<db::Value>& values) {
  TRY(const auto session, pool.Acquire());
  return session->Query(sql, values);
}

Result<std::uint64_t> ExecuteAlone(db::Pool& pool, std::string_view before,
                                   const std::vector<db::Value>& list) {
  return pool.InTransaction(
      [&](db::Session& session) { return ExecuteIn(session, before, {}, list); });
}

// Those of `list` that bear the collector's mark.
Result<std::vector<db::Row>> QueryMarked(db::Pool& pool, std::string_view before,
                                         const std::vector<db::Value>& list) {
  TRY(const auto session, pool.Acquire());
  return QueryRows(*session, before, "?", ", ", ")", list, 1);
}

std::vector<db::Value> Numbers(const std::vector<db::Row>& rows) {
  std::vector<db::Value> values;
  for (const db::Row& row : rows) values.emplace_back(row.Int(1));
  return values;
}

// Borrowed from `rows`.
std::vector<db::Value> FileIds(const std::vector<db::Row>& rows) {
  std::vector<db::Value> values;
  for (const db::Row& row : rows) values.emplace_back(std::string_view(row.Text(0)));
  return values;
}

}  // namespace

Result<Collected> Collector::Run() {
  Collected collected;
  TRY(const auto lock_holder, pool_.Acquire());
  TRY(const auto rows, lock_holder->Query(kTakeLock));
  collected.ran = !rows.front().IsNull(0) && rows.front().Int(0) == 1;
  if (!collected.ran) return collected;
  const Result<void> done = Collect(collected);
  const auto freed = lock_holder->Query(kFreeLock);
  if (!freed) LogWarning("free the collector's lock: {}", freed.error().message());
  if (!done) return done.error();
  return collected;
}

Result<void> Collector::Collect(Collected& collected) {
  TRY_VOID(writer_.PurgeAll());
  const std::int64_t blobs_before_ms = Before(config_.blob_grace);
  TRY(collected.braked, Braked(blobs_before_ms));
  if (!collected.braked) { TRY(collected.blobs, CollectBlobs(blobs_before_ms)); }
  TRY(collected.pending_objects, CollectPending(Before(config_.pending_grace)));
  return {};
}

Result<bool> Collector::Braked(std::int64_t due_before_ms) {
  TRY(const auto due_rows,
      QueryAlone(pool_, "SELECT COUNT(*) FROM blobs WHERE refs = 0 AND unreferenced_at <= ?",
                 {due_before_ms}));
  const std::int64_t due = due_rows.front().Int(0);
  if (due <= static_cast<std::int64_t>(kAlwaysAllowed)) return false;
  TRY(const auto all_rows, QueryAlone(pool_, "SELECT COUNT(*) FROM blobs", {}));
  const std::int64_t all = all_rows.front().Int(0);
  if (due * 100 <= all * static_cast<std::int64_t>(config_.percent_max)) return false;
  LogWarning(
      "collector: {} of {} contents are due, over {} %: nothing is deleted. If that is "
      "right, raise files.collect_percent_max",
      due, all, config_.percent_max);
  return true;
}

Result<std::uint64_t> Collector::CollectBlobs(std::int64_t due_before_ms) {
  for (std::uint64_t collected = 0;;) {
    TRY(const auto due, QueryAlone(pool_,
                                   "SELECT file_id, id FROM blobs WHERE refs = 0 AND "
                                   "unreferenced_at <= ? ORDER BY unreferenced_at LIMIT ?",
                                   {due_before_ms, kRowsAtOnceMax}));
    TRY_VOID(ExecuteAlone(pool_, "UPDATE blobs SET live = NULL WHERE refs = 0 AND id IN ",
                          Numbers(due)));
    // An upload may have revived some of them before the mark.
    TRY(const auto marked,
        QueryMarked(pool_,
                    "SELECT file_id, id FROM blobs WHERE live IS NULL AND refs = 0 AND id IN (",
                    Numbers(due)));
    TRY_VOID(DeleteObjects(marked));
    TRY_VOID(ExecuteAlone(pool_, "DELETE FROM blobs WHERE live IS NULL AND refs = 0 AND id IN ",
                          Numbers(marked)));
    collected += marked.size();
    if (due.size() < kRowsAtOnceMax) return collected;
  }
}

Result<std::uint64_t> Collector::CollectPending(std::int64_t due_before_ms) {
  for (std::uint64_t collected = 0;;) {
    TRY(const auto due,
        QueryAlone(pool_, "SELECT file_id FROM pending_objects WHERE created_at <= ? LIMIT ?",
                   {due_before_ms, kRowsAtOnceMax}));
    TRY_VOID(ExecuteAlone(pool_, "UPDATE pending_objects SET deleting = TRUE WHERE file_id IN ",
                          FileIds(due)));
    // Some may have become blobs before the mark; then their row is gone.
    TRY(const auto marked,
        QueryMarked(pool_, "SELECT file_id FROM pending_objects WHERE deleting AND file_id IN (",
                    FileIds(due)));
    TRY_VOID(DeleteObjects(marked));
    TRY_VOID(ExecuteAlone(pool_, "DELETE FROM pending_objects WHERE deleting AND file_id IN ",
                          FileIds(marked)));
    collected += marked.size();
    if (due.size() < kRowsAtOnceMax) return collected;
  }
}

Result<void> Collector::DeleteObjects(const std::vector<db::Row>& marked) {
  for (const db::Row& row : marked) {
    const Result<void> deleted = store_.Delete(row.Text(0));
    if (!deleted && deleted.error().code() != Code::kNotFound &&
        deleted.error().code() != Code::kDeleted)
      return deleted.error().Within("collector");
  }
  return {};
}

std::int64_t Collector::Before(std::chrono::seconds grace) const {
  return (clock_.Now() - grace).time_since_epoch().count();
}

}  // namespace yundisk::disk
