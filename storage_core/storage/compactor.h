// Compactor: gives back the space of volumes that hold mostly garbage, while everything goes on.
//
// What is still needed of a volume, tombstones too, is appended to the log again with its old
// sequence; when all of it is there, the volume's file is removed. Any executor; one call at a
// time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>

#include "storage_core/storage/catalog.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/log_writer.h"
#include "storage_core/storage/volume_scanner.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

class Compactor {
 public:
  struct Parts {
    FileSystem& files;
    VolumeSet& volumes;
    Catalog& catalog;
    Committer& committer;
  };

  // All parts outlive the compactor.
  Compactor(const Parts& parts, std::uint64_t garbage_percent)
      : parts_(parts), garbage_percent_(garbage_percent) {}

  // Empties and removes the volume with the most garbage; false when none has enough.
  Task<bool> Run();
  // Makes a Run that goes on end soon, with kUnavailable. Any thread.
  void Stop() { stopping_ = true; }

 private:
  std::shared_ptr<Volume> Choose() const;
  Task<void> MoveOut(const Volume& volume);

  Parts parts_;
  std::uint64_t garbage_percent_;
  std::atomic<bool> stopping_{false};
  std::set<std::uint64_t> stuck_;  // volumes with damaged records that are still needed
};

}  // namespace yundisk::storage
