// Committer: the one place where objects come into being, are deleted and are moved.
//
// Operations queue up; one coroutine takes all that wait, decides each against the index, appends
// their records with a single sync, puts them into the index and then answers all: concurrent
// uploads share one sync (group commit). Deciding one after the other is what makes two uploads of
// one key safe.
//
// The operations may be called from any executor and resume there. After a failed write or sync
// nothing is accepted any more (stopped()); a full disk fails only the batch it hit.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "common/base/guarded.h"
#include "storage_core/storage/catalog.h"
#include "storage_core/storage/log_writer.h"
#include "storage_core/storage/task.h"

namespace yundisk::storage {

// What the scrub or a reader found out about an object's content.
struct Verdict {
  std::uint64_t sequence;  // of the record it was found for; a newer one is not touched
  bool damaged = false;
  std::uint64_t verified_at_s = 0;  // when the scrub looked; 0: a reader did
  // When it is not damaged, of a large object: the times of its file then.
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
};

// True when an operation failed without having written anything. Otherwise its record may be in the
// log all the same, and what the record refers to must stay.
bool NothingWritten(const Error& error);

struct CommitterCounters {
  std::uint64_t batches;  // each with one sync
  std::uint64_t records;
};

class Committer {
 public:
  // All outlive the committer. `executor` runs one handler at a time.
  Committer(boost::asio::any_io_executor executor, Catalog& catalog, LogWriter& log);
  ~Committer();

  struct Stored {
    bool already = false;           // the same content is there, the record was not written
    std::optional<Entry> replaced;  // the damaged one it took the place of
  };
  // kExists: other content is there. kDeleted: the key was deleted.
  Task<Stored> Put(const std::string& key, const Record& record, RecordBuffer buffer);
  // The entry it deleted; kNotFound when there is none.
  Task<Entry> Remove(const std::string& key, std::uint64_t now_s);
  // As Remove, and also of a key that was never used. The entry it deleted, if any.
  Task<std::optional<Entry>> Bury(const std::string& key, std::uint64_t now_s);
  // Copies the record at `from` to the end of the log; false when the index no longer needs it.
  Task<bool> Move(const std::string& key, const Place& from, const Record& record,
                  RecordBuffer buffer);
  Task<void> Report(const std::string& key, const Verdict& verdict);
  // Takes the volume, in which nothing is needed any more, out of the index.
  Task<void> ForgetVolume(std::uint64_t number);

  // Is told the key of every object whose content turns out to be damaged, once the index knows,
  // from any thread. Set before anything is submitted.
  void OnDamage(std::function<void(const std::string&)> listener) {
    on_damage_ = std::move(listener);
  }
  void TellDamage(const std::string& key) const {
    if (on_damage_) on_damage_(key);
  }

  // Nothing is accepted from now on: what failed leaves open what is on the disk. From any thread.
  void Stop(const Error& error);
  // Why nothing is accepted any more; empty while all is well.
  std::optional<Error> stopped() const { return *stopped_.Lock(); }
  CommitterCounters counters() const { return {batches_, records_}; }

 private:
  struct Operation;
  struct Queue {
    std::deque<Operation*> waiting;
    bool running = false;
  };

  Task<Entry> Submit(Operation& operation);
  boost::asio::awaitable<void> Drain();
  std::vector<Operation*> TakeBatch();
  Task<void> Commit(const std::vector<Operation*>& batch);
  // Stages what needs no record; true when the operation needs one.
  Result<bool> Decide(Operation& operation);
  Result<bool> DecidePut(Operation& operation, const std::optional<Entry>& known);
  Result<void> StageRecords(const std::vector<Operation*>& writing);

  boost::asio::any_io_executor executor_;
  Catalog& catalog_;
  LogWriter& log_;
  std::uint64_t next_sequence_;
  std::function<void(const std::string&)> on_damage_;
  Guarded<Queue> queue_;
  mutable Guarded<std::optional<Error>> stopped_;
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> records_{0};
};

}  // namespace yundisk::storage
