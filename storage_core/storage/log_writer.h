// LogWriter: appends records to the active volume and makes them durable.
//
// Space is prepared ahead by writing zeros: a record then overwrites blocks the file already has,
// so that making it durable changes no metadata (about three times as many fdatasyncs a second on
// ext4). Preparing goes on in the background; only a writer that overtakes it waits.
//
// Bound to the committer's executor.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/record.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

struct LogOptions {
  std::uint64_t volume_bytes = std::uint64_t{1} << 30;    // a fuller volume is closed
  std::uint64_t prepare_bytes = std::uint64_t{16} << 20;  // kept ready ahead of the last record
};

// The disks and sources of chance of an engine; all outlive it.
struct LogEnvironment {
  FileSystem& files;             // of the committer: may block its thread
  FileSystem& background_files;  // must not
  Clock& clock;
  Random& random;
};

// A record to append. `place` is filled in.
struct LogItem {
  Record* record;
  RecordBuffer* buffer;
  Place* place;
};

class LogWriter {
 public:
  LogWriter(const LogEnvironment& environment, VolumeSet& volumes, LogOptions options);
  ~LogWriter();

  // Goes on at `end`, behind the last record of the newest volume; in a new volume when that one is
  // not there.
  Task<void> Start(const Place& end);
  // Writes all items and syncs once. kNoSpace: nothing was written, later calls may succeed. Any
  // other error: what is on the disk is unknown, and nothing may be appended any more.
  Task<void> Append(std::span<LogItem> items);
  // Waits for what goes on in the background; nothing may be appended any more.
  boost::asio::awaitable<void> Finish();
  // Behind the last durable record.
  Place end() const;

 private:
  struct Active;

  Task<void> OpenVolume(std::uint64_t number, std::uint64_t end);
  Task<void> CreateVolume(std::uint64_t number);
  Task<void> BeginVolume(const VolumeHeader& header, const std::string& path);
  Task<void> Reserve(std::uint64_t size_bytes);
  Task<void> WriteBatch(std::span<LogItem> items);
  void PrepareInBackground(const boost::asio::any_io_executor& executor);

  LogEnvironment environment_;
  VolumeSet& volumes_;
  LogOptions options_;
  std::shared_ptr<Active> active_;  // shared with the coroutine that prepares space
};

}  // namespace yundisk::storage
