// Engine: where a storage daemon keeps its objects.
//
// Objects are immutable and keyed by application, user and file id. A deleted id is never used
// again. The service and the tests are written against this interface; `local` (volume files and
// large files below one folder) is the embedded implementation.
//
// Thread-safe: every operation may run on any loop and resumes there. None blocks its loop.
#pragma once

#include <cstddef>
#include <cstdint>
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

}  // namespace yundisk::storage
