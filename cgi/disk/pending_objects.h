// File ids for uploads, written down before anything is stored under them.
//
// An upload may die between storing an object and committing its blob: by kill -9, by a power cut,
// by a lost database. So that no bytes stay behind for ever, a file id is first committed to the
// table pending_objects; the transaction that makes the blob takes the row away. What remains there
// longer than files.collect_pending_grace_s is nobody's: the collector marks the row `deleting`
// (from then on the id can no longer become a blob), deletes the object if there is one, then the
// row.
//
// Ids for small contents are drawn kDrawnAtOnce at a time, so that the commit is shared. Unused
// ones are given up after kUseWithin.
//
// Thread-safe; blocks while drawing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cgi/disk/object_store.h"
#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/database/database.h"

namespace yundisk::disk {

class PendingObjects {
 public:
  static constexpr std::size_t kDrawnAtOnce = 64;
  static constexpr std::uint64_t kSharedBytesMax = std::uint64_t{1} << 20;
  static constexpr std::chrono::minutes kUseWithin{10};

  // All outlive it.
  PendingObjects(db::Pool& pool, ObjectStore& store, const Clock& clock)
      : pool_(pool), store_(store), clock_(clock) {}

  // A file id for one content of this size.
  Result<std::string> Take(std::uint64_t size_bytes);
  // Deletes an object that will not become a blob, then its row. Whatever fails is left to the
  // collector.
  void Discard(const std::string& file_id);
  // After a failure of `failed`: an id in another group, whose ids are then forgotten. Nothing when
  // new contents still go to the same group; then there is no better place, and what was drawn
  // ahead is kept, so that an outage does not fill the table.
  Result<std::optional<std::string>> TakeElsewhere(const std::string& failed,
                                                   std::uint64_t size_bytes);

 private:
  struct Drawn {
    std::vector<std::string> file_ids;
    SteadyTime at;
  };
  Result<std::vector<std::string>> Draw(std::uint64_t size_bytes, std::size_t count);
  Result<void> WriteDown(const std::vector<std::string>& file_ids);

  db::Pool& pool_;
  ObjectStore& store_;
  const Clock& clock_;
  Guarded<Drawn> drawn_;
};

}  // namespace yundisk::disk
