// ChangeFeed: what has changed in an engine, read from its volume log: the log is in the order of
// events, and what compaction takes out of an old volume it has written again behind. So whoever
// has read the log up to a place misses nothing by going on from there, even when the volume of
// that place is gone.
//
// Records that cannot be read are no gap: what the index knows to lie there comes in their place.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "common/base/guarded.h"
#include "common/net/blocking_pool.h"
#include "storage_core/storage/catalog.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

class ChangeFeed {
 public:
  // All outlive the feed. `runner`: where the index may block.
  ChangeFeed(const VolumeSet& volumes, const Catalog& catalog, net::BlockingRunner& runner)
      : volumes_(volumes), catalog_(catalog), runner_(runner) {}

  // As ReplicaEngine::ChangesAfter.
  Task<Changes> Read(ChangePosition after, std::size_t count);

 private:
  // A part of a volume that cannot be read, and what the index had there when it was found. What
  // has been moved or deleted since comes again later in the log.
  struct Gap {
    std::uint64_t volume;
    std::uint64_t from;
    std::uint64_t to;
    std::vector<std::pair<std::uint64_t, Change>> changes;  // and where, in order
  };
  struct Reading;

  std::uint64_t LeftBehind(const std::vector<Change>& rows) const;
  // The rows of one volume; moves changes.next on.
  Task<void> ReadVolume(const Volume& volume, Reading& reading);
  Task<void> ReadGap(std::uint64_t volume, std::uint64_t from, std::uint64_t to, Reading& reading);
  Task<std::shared_ptr<const Gap>> Find(std::uint64_t volume, std::uint64_t from, std::uint64_t to);
  Result<void> LookThrough(Gap& gap) const;

  const VolumeSet& volumes_;
  const Catalog& catalog_;
  net::BlockingRunner& runner_;
  Guarded<std::vector<std::shared_ptr<const Gap>>> gaps_;
};

}  // namespace yundisk::storage
