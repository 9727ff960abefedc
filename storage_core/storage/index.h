// Index: which object lies where. A cache of the volume log that survives restarts: losing it costs
// a full read of the volumes, nothing else.
//
// Every change comes with a checkpoint, applied atomically with it: the log up to there is in the
// index. A crash takes the index back to an earlier change, and start-up reads the log from that
// change's checkpoint on.
//
// Thread-safe. Find, FindLarge, Next and Flush may wait for the disk; Apply is quick.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "storage_core/storage/record.h"

namespace yundisk::storage {

struct Place {
  std::uint64_t volume = 0;
  std::uint64_t offset = 0;
  bool operator==(const Place&) const = default;
};

// What the index knows of a key: its newest record and where it lies. A tombstone has an entry too.
struct Entry {
  Record record;
  Place place;
  std::uint32_t payload_bytes = 0;
  std::uint64_t verified_at_s = 0;  // found intact; of a rebuilt index when it was written
  bool damaged = false;             // the content was found broken; the record may be whole

  bool deleted() const { return record.kind == RecordKind::kTombstone; }
  bool large() const { return record.kind == RecordKind::kLarge; }
  // A time that is still to come was told by a clock that was wrong, and says nothing.
  bool VerifiedWithin(std::chrono::seconds age, std::uint64_t now_s) const {
    return verified_at_s <= now_s &&
           now_s - verified_at_s < static_cast<std::uint64_t>(age.count());
  }
};

using IndexRow = std::pair<std::string, Entry>;  // key and entry

struct Checkpoint {
  Place log;  // everything before it is in the index
  std::uint64_t next_sequence = 1;
  std::uint64_t objects = 0;       // not counting tombstones
  std::uint64_t object_bytes = 0;  // their sizes
};

struct IndexChange {
  std::vector<IndexRow> entries;
  std::vector<std::pair<LargeName, std::string>> large_added;  // file name -> key
  std::vector<LargeName> large_removed;
  std::map<std::uint64_t, std::uint64_t> live_bytes;  // of volumes: bytes of records still needed
  std::vector<std::uint64_t> volumes_removed;
  Checkpoint checkpoint;
};

class Index {
 public:
  virtual ~Index() = default;

  virtual Result<std::optional<Entry>> Find(std::string_view key) const = 0;
  // The same when it can be told without waiting for the disk; else empty.
  virtual std::optional<Result<std::optional<Entry>>> FindNow(std::string_view key) const = 0;
  // True when an object's content is the large file of that name.
  virtual Result<bool> HasLarge(const LargeName& name) const = 0;
  // Up to `count` entries behind `key`, in bytewise order; fewer only at the end.
  virtual Result<std::vector<IndexRow>> Next(std::string_view key, std::size_t count) const = 0;

  virtual Result<Checkpoint> LoadCheckpoint() const = 0;
  virtual Result<std::map<std::uint64_t, std::uint64_t>> LoadLiveBytes() const = 0;

  virtual Result<void> Apply(const IndexChange& change) = 0;
  // What was applied survives a crash.
  virtual Result<void> Flush() = 0;
};

}  // namespace yundisk::storage
