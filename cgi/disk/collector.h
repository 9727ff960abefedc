// Takes back the space of contents that nobody has any more.
//
// Blobs. A blob whose last reference went away keeps refs = 0 and the time since then. After a
// grace period: mark it (live = NULL), commit, delete the object, delete the row. The mark is set
// under the row's lock, which every upload takes before it adds a reference, and it makes room for
// the same content to come again under another id; so an upload either revives the blob before the
// mark or never sees it. A death at any point leaves a marked row, which the next run finishes.
//
// Pending objects (pending_objects.h). Rows older than their grace period belong to uploads that
// died: mark, commit, delete the object, delete the row. A commit that is late after all finds its
// row marked or gone, and fails.
//
// Detached subtrees of dead processes (tree_writer.h) are purged.
//
// The brake: when over `percent_max` of all blobs, and over kAlwaysAllowed, are to go at once,
// something may be wrong (a restored database, a mistake): nothing is deleted and a warning logged
// until an operator raises files.collect_percent_max.
//
// One collector runs per database: it holds a lock of MariaDB, which ends with its connection.
// Blocks; bound to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "cgi/disk/object_store.h"
#include "cgi/disk/tree_writer.h"
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/database/database.h"

namespace yundisk::disk {

// [files]
struct CollectorConfig {
  bool collect = true;
  std::chrono::seconds interval{60};
  std::chrono::seconds blob_grace{3600};
  std::chrono::seconds pending_grace{12 * 3600};  // at least twice the longest upload
  std::uint64_t percent_max = 1;

  void Describe(ConfigFields& fields) {
    constexpr std::int64_t kYear = 366 * 24 * 3600;
    fields.Boolean("files.collect", collect);
    fields.Duration("files.collect_interval_s", interval, {1, 24 * 3600});
    fields.Duration("files.collect_blob_grace_s", blob_grace, {0, kYear});
    fields.Duration("files.collect_pending_grace_s", pending_grace, {1, kYear});
    fields.Integer("files.collect_percent_max", percent_max, {1, 100});
  }
};

struct Collected {
  std::uint64_t blobs = 0;
  std::uint64_t pending_objects = 0;
  bool braked = false;
  bool ran = true;  // false: another collector is at work
};

class Collector {
 public:
  // Below this many, the share of all blobs does not matter.
  static constexpr std::uint64_t kAlwaysAllowed = 1000;
  static constexpr std::uint64_t kRowsAtOnceMax = 500;

  // All outlive it.
  Collector(db::Pool& pool, ObjectStore& store, TreeWriter& writer, const Clock& clock,
            const CollectorConfig& config)
      : pool_(pool), store_(store), writer_(writer), clock_(clock), config_(config) {}

  // One run over everything that is due. An error ends it early; the next run goes on.
  Result<Collected> Run();

 private:
  Result<void> Collect(Collected& collected);
  Result<bool> Braked(std::int64_t due_before_ms);
  Result<std::uint64_t> CollectBlobs(std::int64_t due_before_ms);
  Result<std::uint64_t> CollectPending(std::int64_t due_before_ms);
  // Deletes the objects that the rows begin with; one that is not there is as good as deleted.
  Result<void> DeleteObjects(const std::vector<db::Row>& marked);
  std::int64_t Before(std::chrono::seconds grace) const;

  db::Pool& pool_;
  ObjectStore& store_;
  TreeWriter& writer_;
  const Clock& clock_;
  CollectorConfig config_;
};

}  // namespace yundisk::disk
