// The file system of the machine.
//
// With a pool, operations run on its threads and the coroutine resumes on its own loop; a read that
// the page cache can answer is done at once. Without one they run inline and may block the calling
// thread: for start-up and for the committer, whose thread has nothing else to do.
#pragma once

#include "common/net/blocking_pool.h"
#include "storage_core/storage/file_system.h"

namespace yundisk::storage {

// Thread-safe.
class RealFileSystem final : public FileSystem {
 public:
  // Null: inline. The pool outlives the file system and its files.
  explicit RealFileSystem(net::BlockingPool* pool) : pool_(pool) {}

  Task<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  Task<void> Rename(const std::string& from, const std::string& to) override;
  Task<void> Remove(const std::string& path) override;
  Task<void> SyncFolder(const std::string& path) override;
  Task<void> MakeFolder(const std::string& path) override;
  Task<std::vector<std::string>> List(const std::string& path) override;
  Task<std::uint64_t> FreeBytes(const std::string& path) override;

 private:
  net::BlockingPool* pool_;
};

}  // namespace yundisk::storage
