// ChangeFeed: what has changed in an engine, read from its volume log: the log is in the order of
// events, and what compaction takes out of an old volume it has written again behind. So whoever
// has read the log up to a place misses nothing by going on from there, even when the volume of
// that place is gone.
//
// One call at a time.
#pragma once

#include <cstddef>

#include "storage_core/storage/catalog.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

class ChangeFeed {
 public:
  // Both outlive the feed.
  ChangeFeed(const VolumeSet& volumes, const Catalog& catalog)
      : volumes_(volumes), catalog_(catalog) {}

  // As ReplicaEngine::ChangesAfter. Damaged records are left out: what they were about nobody
  // knows.
  Task<Changes> Read(ChangePosition after, std::size_t count);

 private:
  // The rows of one volume from `from` on, into `changes`; moves changes.next on.
  Task<void> ReadVolume(const Volume& volume, std::uint64_t from, std::size_t count,
                        Changes& changes);

  const VolumeSet& volumes_;
  const Catalog& catalog_;
};

}  // namespace yundisk::storage
