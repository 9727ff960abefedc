// The blobs that one transaction touches: references it adds and takes away, blobs it makes. Used
// by TreeEdit alone; bound to the transaction's thread.
//
// A blob's row is locked before a reference is added, which keeps the collector off: it marks rows
// `live = NULL` under the same lock and never deletes an object whose row it has not marked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cgi/disk/node.h"

namespace yundisk::disk {

struct ContentKey {
  Sha256 sha256;
  std::uint64_t size_bytes;
  auto operator<=>(const ContentKey&) const = default;
};

// Content that was stored under an id of its own (pending_objects.h).
struct StoredObject {
  ContentKey key;
  std::uint32_t crc32;
  std::string file_id;
};

class BlobLedger {
 public:
  // Finds and locks the live blobs with these contents.
  Result<void> Load(db::Session& session, const std::vector<ContentKey>& keys);

  // A live blob among those loaded or made here.
  std::optional<Content> Find(const ContentKey& key) const;
  // Makes a blob of a stored object, without references yet.
  Content Make(std::int64_t blob_id, const StoredObject& object);
  void AddReference(std::int64_t blob_id) { ++references_[blob_id]; }
  void DropReference(std::int64_t blob_id) { --references_[blob_id]; }

  // kTimeout when a stored object was given up by the collector meanwhile.
  Result<void> Flush(db::Session& session, std::int64_t now_ms) const;

 private:
  struct Made {
    std::int64_t blob_id;
    StoredObject object;
  };
  Result<void> InsertMade(db::Session& session, std::int64_t now_ms) const;
  Result<void> TakeFromPending(db::Session& session) const;
  Result<void> CountReferences(db::Session& session, std::int64_t now_ms) const;

  std::map<ContentKey, Content> live_;
  std::vector<Made> made_;
  std::map<std::int64_t, std::int64_t> references_;  // what is added, by blob
};

}  // namespace yundisk::disk
