// Makes uploads visible: puts many of them, of any users, into one MariaDB transaction, because a
// commit costs an fsync whatever is in it. One thread; while a batch commits, the next one gathers.
//
// Every upload gets its own answer. A batch that fails as a whole is committed again one by one, so
// that a bad upload never fails the others; only an unavailable database fails them all.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "cgi/disk/stamps.h"
#include "cgi/disk/tree_edit.h"
#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/database/database.h"

namespace yundisk::disk {

class Committer {
 public:
  static constexpr std::size_t kBatchMax = 64;

  // What TreeEdit::Put answers.
  using Answer = Result<std::optional<PutResult>>;

  // The tree stamps are raised after a commit, before the answers. All outlive the committer.
  Committer(db::Pool& pool, IdSource& ids, const Clock& clock, const Stamps& stamps);
  // Commits what waits, then ends the thread.
  ~Committer();

  // Returns when the upload is durable, or refused. Blocks for the batch under way and its own:
  // each is bounded by the timeouts of db::Options. On kUnavailable the upload may have happened.
  Answer Commit(PutRequest request);

 private:
  struct Upload {
    PutRequest request;
    std::promise<Answer> answer;
  };
  struct Queue {
    std::deque<Upload*> uploads;  // of the threads that wait in Commit
    bool closed = false;
  };

  void Run();
  std::vector<Upload*> NextBatch();
  void CommitBatch(std::span<Upload* const> batch);
  Result<std::vector<Answer>> Attempt(std::span<Upload* const> batch);

  db::Pool& pool_;
  IdSource& ids_;
  const Clock& clock_;
  const Stamps& stamps_;
  KnownFolders known_;  // belongs to the thread
  Guarded<Queue> queue_;
  std::condition_variable arrived_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace yundisk::disk
