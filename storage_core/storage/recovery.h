// Start-up: finds the volumes, reads the log behind the index's checkpoint into the catalog, and
// clears what a crash left half-written behind the last durable record.
//
// A record in the newest volume that does not check out is either damage or the torn end of a write
// that was never acknowledged. Every record says how far the log was durable when it was written;
// what lies before the furthest of these is damage: it is reported, and its object is never served.
// What lies behind is torn: it is overwritten with zeros, so that no later reader mistakes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage_core/storage/catalog.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/volume_scanner.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

struct RecoveryReport {
  Place end;  // behind the last record of the newest volume
  std::uint64_t records = 0;
  std::uint64_t damaged_records = 0;
  std::vector<std::string> damaged_keys;  // theirs, but not of very many
  std::uint64_t damaged_regions = 0;      // junk where records should be, and unreadable volumes
  std::uint64_t torn_bytes = 0;           // cleared
};

class Recovery {
 public:
  // All outlive this.
  Recovery(FileSystem& files, FileSystem& reader_files, VolumeSet& volumes, Catalog& catalog)
      : files_(files), reader_files_(reader_files), volumes_(volumes), catalog_(catalog) {}

  // Once, before anything else uses the volumes.
  Task<RecoveryReport> Run();

 private:
  Task<void> OpenVolumes();
  Task<void> OpenVolume(std::uint64_t number, bool newest);
  Task<void> Replay(const Volume& volume, std::uint64_t from, bool newest);
  Result<void> Apply(const Volume& volume, const Scanned& scanned, bool damaged);
  // `doubts`: findings that may be damage or the torn end; which, shows when all has been read.
  Result<void> ReportDamage(const Volume& volume, std::uint64_t durable,
                            const std::vector<Scanned>& doubts);
  Task<void> SecureTail(const Volume& volume, std::uint64_t durable);
  Task<void> ClearTorn(File& file, const Volume& volume, std::uint64_t from);
  Result<void> CommitSome();

  FileSystem& files_;
  FileSystem& reader_files_;
  VolumeSet& volumes_;
  Catalog& catalog_;
  RecoveryReport report_;
  std::uint64_t newest_number_ = 0;  // of all volume files, readable or not
  std::uint64_t next_sequence_ = 1;
  std::uint64_t uncommitted_ = 0;
};

}  // namespace yundisk::storage
