// Engine: where a storage daemon keeps its objects.
//
// Objects are immutable and keyed by application, user and file id. A deleted id is never used
// again. The service and the tests are written against this interface; `local` (volume files and
// large files below one folder) is the embedded implementation.
//
// Thread-safe: every operation may run on any loop and resumes there. None blocks its loop.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/bytes.h"
#include "storage_core/storage/object.h"
#include "storage_core/storage/task.h"

namespace yundisk::storage {

// The bytes of an upload as they arrive.
class ContentSource {
 public:
  virtual ~ContentSource() = default;
  // Fills at least one byte and at most the buffer; an error when the sender breaks off.
  virtual Task<std::size_t> Read(MutableByteView buffer) = 0;
};

// The bytes of an upload that have all come.
class RereadContent {
 public:
  virtual ~RereadContent() = default;
  virtual std::uint64_t size_bytes() const = 0;
  // From the first byte on. Lives no longer than this.
  virtual std::unique_ptr<ContentSource> FromStart() = 0;
};

// Is shown what an upload brings, and may refuse it. Does nothing by itself.
class ContentWatcher {
 public:
  virtual ~ContentWatcher() = default;
  // The bytes in their order, valid during the call. An error ends the upload.
  virtual Task<void> OnPiece(ByteView) { co_return Result<void>(); }
  // All of them have come; nothing is an object yet, and an error leaves it so. `again` makes
  // sources that give all of them once more, during the call.
  virtual Task<void> BeforeCommit(const Digest&, RereadContent&) { co_return Result<void>(); }
};

// What an engine knows of a key.
struct Known {
  bool deleted = false;
  bool damaged = false;  // the content was found broken
  std::uint64_t size_bytes = 0;
  Digest digest;
  std::uint64_t verified_at_s = 0;  // when the content was last found intact; seconds since 1970
};

// Some of the objects and deletions of an engine, in the order of their keys.
struct ObjectList {
  struct Row {
    std::string key;  // as ObjectKey::text
    std::uint64_t size_bytes = 0;
    bool deleted = false;
  };
  std::vector<Row> rows;
  std::string next;  // where to go on; empty at the end
};

// An object that came or went.
struct Change {
  std::string key;  // as ObjectKey::text
  bool deleted = false;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::uint64_t at_s = 0;      // when; seconds since 1970
  std::uint64_t sequence = 0;  // a later change has a greater one
};

// Marks how far somebody has read the changes of an engine. Only the engine that gave it can
// compare it with others.
struct ChangePosition {
  std::uint64_t volume = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const ChangePosition&) const = default;
};

struct Changes {
  std::vector<Change> rows;
  ChangePosition next;     // behind the last row
  ChangePosition end;      // behind the newest change there is
  std::uint64_t left = 0;  // at most so many are between these two
};

// Part of an open file.
struct FileRange {
  int descriptor;
  std::uint64_t offset;
  std::uint64_t size_bytes;
};

// The bytes of a download, each piece checked against its checksum before it is handed out. Used by
// one coroutine at a time; a delete in between does not disturb it.
class Content {
 public:
  virtual ~Content() = default;
  // Of the range asked for.
  virtual std::uint64_t size_bytes() const = 0;
  // The next piece, valid until the next call; empty at the end. kCorrupt when it is damaged.
  virtual Task<ByteView> Next() = 0;
  // The next piece as part of a file that the engine vouches for as it is, brought into memory so
  // that sending it does not wait for the disk. Empty: take it from Next. The descriptor lives as
  // long as this object.
  virtual Task<std::optional<FileRange>> NextInFile() { co_return std::optional<FileRange>(); }
};

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;  // 0: to the end; cut where the object ends
};

using LogIdentity = std::array<std::byte, 16>;

using Statistics = std::vector<std::pair<std::string, std::string>>;

class Engine {
 public:
  // Larger objects are refused with kBadRequest.
  static constexpr std::uint64_t kMaxObjectBytes = std::uint64_t{1} << 40;

  virtual ~Engine() = default;

  // Success once the content is durable. The same content under the same key again succeeds; other
  // content is kExists, a deleted key kDeleted, a full disk kNoSpace. An upload that breaks off
  // leaves nothing.
  virtual Task<void> Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source) = 0;
  // Takes the file `spool_name` of the spool folder instead. On failure the file is still there,
  // unless a failing disk leaves open whether the object exists.
  virtual Task<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                             std::string_view spool_name) = 0;
  // kNotFound for unknown and for deleted keys, here and below.
  virtual Task<std::uint64_t> Size(const ObjectKey& key) = 0;
  virtual Task<ObjectInfo> Stat(const ObjectKey& key) = 0;
  // kOutOfRange when the offset lies beyond the end; at the end the content is empty.
  virtual Task<std::unique_ptr<Content>> Open(const ObjectKey& key, ByteRange range) = 0;
  // Success once the deletion is durable.
  virtual Task<void> Remove(const ObjectKey& key) = 0;

  virtual Statistics Describe() const = 0;
};

// An engine whose objects are copied to the other members of a group.
class ReplicaEngine : public Engine {
 public:
  using Engine::Adopt;
  using Engine::Put;
  // The same, shown to `watcher` on the way. Of an object that is there already nothing may be
  // shown, or all of it.
  virtual Task<void> Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source,
                         ContentWatcher& watcher) = 0;
  virtual Task<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                             std::string_view spool_name, ContentWatcher& watcher) = 0;
  // Empty for a key that was never used.
  virtual Task<std::optional<Known>> Lookup(const ObjectKey& key) = 0;
  // Reads all that is stored under the key and checks it, as the scrub does. True when its content
  // is damaged; an error says that it could not be read now, and nothing of its content.
  virtual Task<bool> Reread(const ObjectKey& key) = 0;
  // What is behind the key `after` (empty: from the first on), damaged objects included.
  virtual Task<ObjectList> ObjectsAfter(const std::string& after) = 0;
  virtual Totals totals() const = 0;
  // As Remove, but also where there is no such object and where it is deleted already: the key is
  // never used again.
  virtual Task<void> Bury(const ObjectKey& key) = 0;
  // Changes behind `after` that are durable, the oldest first; none or at most `count`, and not all
  // there are while `next` is not `end`. What compaction has moved comes again; what has been
  // undone since comes too, and the undoing later. kBadRequest for a position that no engine gave.
  virtual Task<Changes> ChangesAfter(ChangePosition after, std::size_t count) = 0;
  virtual ChangePosition end_of_changes() const = 0;
  // Is told the key of every object whose content turns out to be damaged, those known already
  // included; from any thread. Once, before the engine is used by many.
  virtual void OnDamage(const std::function<void(const std::string&)>& listener) = 0;
  // Random, made with the data: positions of one log mean nothing in another.
  virtual LogIdentity identity() const = 0;
};

}  // namespace yundisk::storage
