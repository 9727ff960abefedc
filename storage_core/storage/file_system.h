// FileSystem: the disk as the local engine uses it. The real one makes system calls; the one of the
// simulation keeps files in memory and loses what was not synced.
//
// Every operation may suspend its coroutine, which resumes on its own executor. Paths are absolute
// and built by the engine, never from what a peer sent unchecked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "storage_core/storage/task.h"

namespace yundisk::storage {

struct FileFacts {
  bool regular = false;
  bool mine = false;  // owned by the user this program runs as
  std::uint64_t links = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
};

// An open file; closed by its destructor. Operations on different ranges may overlap in time.
class File {
 public:
  virtual ~File() = default;
  // Reads until `into` is full or the file ends; tells how much.
  virtual Task<std::size_t> ReadAt(std::uint64_t offset, MutableByteView into) = 0;
  // Writes the pieces one behind the other; they stay valid until the task ends.
  virtual Task<void> WriteAt(std::uint64_t offset, std::span<const ByteView> pieces) = 0;
  // What was written so far, and the size, survive a power cut. Never repeat one that failed: the
  // kernel may have dropped the pages it could not write.
  virtual Task<void> Sync() = 0;
  virtual Task<FileFacts> Facts() = 0;
  // A hint that the range will be synced soon.
  virtual void StartWriteback(std::uint64_t /*offset*/, std::uint64_t /*size_bytes*/) {}
  // Whether the byte can be had without waiting for the disk.
  virtual bool InMemory(std::uint64_t /*offset*/) { return false; }
  // For sendfile; -1 where there is none.
  virtual int descriptor() const { return -1; }
};

enum class OpenMode {
  kRead,
  kReadWrite,
  kCreate,  // for reading and writing; fails with kExists when there is one
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Never follows a symbolic link at the end of the path.
  virtual Task<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  // Fails when `to` exists.
  virtual Task<void> Rename(const std::string& from, const std::string& to) = 0;
  virtual Task<void> Remove(const std::string& path) = 0;
  // Names created in, renamed into and removed from the folder survive a power cut.
  virtual Task<void> SyncFolder(const std::string& path) = 0;
  // Fine when the folder is there already; its parent must be.
  virtual Task<void> MakeFolder(const std::string& path) = 0;
  // The names in the folder, without "." and "..", sorted.
  virtual Task<std::vector<std::string>> List(const std::string& path) = 0;
  virtual Task<std::uint64_t> FreeBytes(const std::string& path) = 0;
};

}  // namespace yundisk::storage
