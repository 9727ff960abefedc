// ObjectReader: finds objects and opens their contents. Thread-safe; on any executor.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/net/blocking_pool.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/content.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/large_files.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

class ObjectReader {
 public:
  struct Parts {
    FileSystem& files;
    net::BlockingRunner& runner;
    const Clock& clock;
    const Index& index;
    const VolumeSet& volumes;
    const LargeFiles& large_files;
    Committer& committer;  // told about damage
  };

  // All parts outlive the reader.
  ObjectReader(const Parts& parts, std::chrono::seconds verify_max_age)
      : parts_(parts), verify_max_age_(verify_max_age) {}

  // What is known of the key, tombstones included.
  Task<std::optional<Entry>> Lookup(const std::string& key);
  // The entry of an object that is there and not damaged; else kNotFound or kCorrupt.
  Task<Entry> Find(const std::string& key);
  // Unchecked where the engine vouches for the file, else checked.
  Task<std::unique_ptr<Content>> Open(const std::string& key, ByteRange range);
  // Always checked. `entry` is the key's.
  Task<std::unique_ptr<Content>> OpenChecked(const std::string& key, const Entry& entry,
                                             ContentRange range);
  // Whether the head of the record, which reading the content does not need, is on the disk as it
  // was written: without it the object is lost with the index. kCorrupt when it is not.
  Task<void> CheckRecord(const std::string& key, const Entry& entry);
  // What follows the head: the content, or a large object's checksums. Checked.
  Task<Bytes> ReadPayload(const std::string& key, const Entry& entry);
  // Whether another program may read the object's file as it is.
  Task<bool> Vouches(const Entry& entry);
  Task<FileFacts> LargeFacts(const Entry& entry);

 private:
  Task<std::unique_ptr<File>> OpenLarge(const Entry& entry);
  Task<std::unique_ptr<Content>> OpenEntry(const std::string& key, const Entry& entry,
                                           ContentRange range);
  bool StillVouched(const Entry& entry, const FileFacts& facts) const;

  Parts parts_;
  std::chrono::seconds verify_max_age_;
};

}  // namespace yundisk::storage
