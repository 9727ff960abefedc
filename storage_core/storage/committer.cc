#include "storage_core/storage/committer.h"

#include <unordered_set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/base/check.h"
#include "common/base/log.h"
#include "storage_core/storage/one_shot.h"

namespace yundisk::storage {
namespace {

// Of one batch: keeps the memory and the time until the first answer bounded.
constexpr std::size_t kMaxBatchRecords = 512;
constexpr std::uint64_t kMaxBatchBytes = std::uint64_t{8} << 20;

void Apply(const Verdict& verdict, Entry& entry) {
  entry.damaged = verdict.damaged;
  if (verdict.verified_at_s != 0) entry.verified_at_s = verdict.verified_at_s;
  if (verdict.damaged) return;
  entry.record.modified_ns = verdict.modified_ns;
  entry.record.changed_ns = verdict.changed_ns;
}

}  // namespace

bool NothingWritten(const Error& error) {
  switch (error.code()) {
    case Code::kExists:
    case Code::kDeleted:
    case Code::kNoSpace:
    case Code::kUnavailable: return true;
    default: return false;
  }
}

// Lives in the frame of the coroutine that waits for `done`.
struct Committer::Operation {
  enum class Kind { kPut, kRemove, kBury, kMove, kReport, kForgetVolume };
  Kind kind;
  const std::string& key;
  Record record{};
  std::optional<RecordBuffer> buffer{};
  Place from{};
  Verdict verdict{};
  bool found_damage = false;
  std::uint64_t volume = 0;

  // Filled in by the batch.
  Place place{};
  std::optional<Entry> known{};
  std::optional<Error> refused{};
  OneShot<Result<Entry>> done{};

  std::uint64_t size_bytes() const { return buffer ? buffer->bytes().size() : 0; }
};

Committer::Committer(boost::asio::any_io_executor executor, Catalog& catalog, LogWriter& log)
    : executor_(std::move(executor)),
      catalog_(catalog),
      log_(log),
      next_sequence_(catalog.checkpoint().next_sequence) {}
Committer::~Committer() = default;

Task<Committer::Stored> Committer::Put(const std::string& key, const Record& record,
                                       RecordBuffer buffer) {
  Operation operation{Operation::Kind::kPut, key};
  operation.record = record;
  operation.buffer.emplace(std::move(buffer));
  CO_TRY_VOID(co_await Submit(operation));
  const bool healed = operation.known && operation.known->damaged;
  Stored stored;
  stored.already = operation.known && !healed;
  if (healed) stored.replaced = operation.known;
  co_return stored;
}

Task<Entry> Committer::Remove(const std::string& key, std::uint64_t now_s) {
  Operation operation{Operation::Kind::kRemove, key};
  operation.record.kind = RecordKind::kTombstone;
  operation.record.written_at_s = now_s;
  operation.buffer.emplace(key, 0);
  co_return co_await Submit(operation);
}

Task<std::optional<Entry>> Committer::Bury(const std::string& key, std::uint64_t now_s) {
  Operation operation{Operation::Kind::kBury, key};
  operation.record.kind = RecordKind::kTombstone;
  operation.record.written_at_s = now_s;
  operation.buffer.emplace(key, 0);
  CO_TRY_VOID(co_await Submit(operation));
  if (operation.known && operation.known->deleted()) co_return std::optional<Entry>();
  co_return operation.known;
}

Task<bool> Committer::Move(const std::string& key, const Place& from, const Record& record,
                           RecordBuffer buffer) {
  Operation operation{Operation::Kind::kMove, key};
  operation.from = from;
  operation.record = record;
  operation.buffer.emplace(std::move(buffer));
  CO_TRY(const Entry known, co_await Submit(operation));
  co_return known.place == from;
}

Task<void> Committer::Report(const std::string& key, const Verdict& verdict) {
  Operation operation{Operation::Kind::kReport, key};
  operation.verdict = verdict;
  CO_TRY_VOID(co_await Submit(operation));
  co_return Result<void>();
}

Task<void> Committer::ForgetVolume(std::uint64_t number) {
  const std::string no_key;
  Operation operation{Operation::Kind::kForgetVolume, no_key};
  operation.volume = number;
  CO_TRY_VOID(co_await Submit(operation));
  co_return Result<void>();
}

Task<Entry> Committer::Submit(Operation& operation) {
  bool start = false;
  {
    const auto queue = queue_.Lock();
    queue->waiting.push_back(&operation);
    start = !queue->running;
    queue->running = true;
  }
  if (start) boost::asio::co_spawn(executor_, Drain(), boost::asio::detached);
  co_return co_await operation.done.Wait();
}

boost::asio::awaitable<void> Committer::Drain() {
  while (true) {
    const std::vector<Operation*> batch = TakeBatch();
    if (batch.empty()) co_return;
    Result<void> committed = Result<void>();
    if (const auto stopped = this->stopped())
      committed = Error::Make(Code::kUnavailable, "writes have stopped: {}", stopped->message());
    else
      committed = co_await Commit(batch);
    catalog_.DropStaged();
    for (Operation* const operation : batch) {
      if (committed && operation->found_damage) TellDamage(operation->key);
      if (!committed)
        operation->done.Set(committed.error());
      else if (operation->refused)
        operation->done.Set(*operation->refused);
      else
        operation->done.Set(operation->known.value_or(Entry{}));
    }
  }
}

// At most one operation a key: what comes later decides on what comes earlier, once that is
// durable.
std::vector<Committer::Operation*> Committer::TakeBatch() {
  std::vector<Operation*> batch;
  std::unordered_set<std::string_view> keys;
  std::uint64_t size_bytes = 0;
  const auto queue = queue_.Lock();
  std::deque<Operation*> later;
  for (Operation* const operation : queue->waiting) {
    const bool room = batch.size() < kMaxBatchRecords &&
                      (batch.empty() || size_bytes + operation->size_bytes() <= kMaxBatchBytes);
    if (!room || !keys.insert(operation->key).second) {
      later.push_back(operation);
      continue;
    }
    size_bytes += operation->size_bytes();
    batch.push_back(operation);
  }
  queue->waiting = std::move(later);
  queue->running = !batch.empty();
  return batch;
}

Task<void> Committer::Commit(const std::vector<Operation*>& batch) {
  std::vector<Operation*> writing;
  std::vector<LogItem> items;
  for (Operation* const operation : batch) {
    const Result<bool> needs_record = Decide(*operation);
    if (!needs_record) {
      operation->refused = needs_record.error();
    } else if (*needs_record) {
      writing.push_back(operation);
      items.push_back({&operation->record, &*operation->buffer, &operation->place});
    }
  }
  if (!writing.empty()) {
    const Result<void> appended = co_await log_.Append(items);
    if (!appended && appended.error().code() == Code::kNoSpace) {
      for (Operation* const operation : writing) operation->refused = appended.error();
      writing.clear();
    } else if (!appended) {
      Stop(appended.error());
      co_return appended;
    }
    ++batches_;
    records_ += writing.size();
  }
  Result<void> indexed = StageRecords(writing);
  if (indexed) indexed = catalog_.Commit(log_.end(), next_sequence_);
  if (indexed) co_return indexed;
  // The records are durable, so this must not look like a refusal.
  const Error failed(Code::kIo, indexed.error().message());
  Stop(failed);
  co_return failed;
}

Result<bool> Committer::Decide(Operation& operation) {
  if (operation.kind == Operation::Kind::kForgetVolume) {
    catalog_.StageVolumeRemoved(operation.volume);
    return false;
  }
  TRY(const std::optional<Entry> known, catalog_.FindStaged(operation.key));
  switch (operation.kind) {
    case Operation::Kind::kPut: return DecidePut(operation, known);
    case Operation::Kind::kRemove:
      if (!known || known->deleted())
        return Error::Make(Code::kNotFound, "deleting {}: there is no such object",
                           Shown(operation.key));
      operation.known = known;
      operation.record.sequence = next_sequence_++;
      return true;
    case Operation::Kind::kBury:
      operation.known = known;
      if (known && known->deleted()) return false;
      operation.record.sequence = next_sequence_++;
      return true;
    case Operation::Kind::kMove:
      operation.known = known;
      return known && known->place == operation.from;
    case Operation::Kind::kReport:
      if (known && known->record.sequence == operation.verdict.sequence) {
        Entry judged = *known;
        Apply(operation.verdict, judged);
        catalog_.StageVerdict(operation.key, judged);
        operation.found_damage = judged.damaged;
      }
      return false;
    case Operation::Kind::kForgetVolume: break;
  }
  return false;
}

Result<bool> Committer::DecidePut(Operation& operation, const std::optional<Entry>& known) {
  if (known && known->deleted())
    return Error::Make(Code::kDeleted, "uploading {}: the id was deleted and is never used again",
                       Shown(operation.key));
  if (known && (known->record.object_bytes != operation.record.object_bytes ||
                known->record.digest.sha256 != operation.record.digest.sha256))
    return Error::Make(Code::kExists, "uploading {}: the id has other content",
                       Shown(operation.key));
  operation.known = known;
  if (known && !known->damaged) return false;
  operation.record.sequence = next_sequence_++;
  return true;
}

Result<void> Committer::StageRecords(const std::vector<Operation*>& writing) {
  for (const Operation* const operation : writing) {
    Entry entry;
    entry.record = operation->record;
    entry.place = operation->place;
    entry.payload_bytes = static_cast<std::uint32_t>(operation->buffer->payload_bytes());
    entry.verified_at_s = operation->record.written_at_s;
    if (operation->kind == Operation::Kind::kMove) {
      entry.verified_at_s = operation->known->verified_at_s;
      entry.damaged = operation->known->damaged;
    }
    TRY(const bool newest, catalog_.Stage(operation->key, entry));
    CHECK(newest);
  }
  return {};
}

void Committer::Stop(const Error& error) {
  LogError("writes stop, reads go on: {}", error.message());
  *stopped_.Lock() = error;
}

}  // namespace yundisk::storage
