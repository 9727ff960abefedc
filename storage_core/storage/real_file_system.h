// The file system of the machine.
//
// With a pool, operations run on its threads and the coroutine resumes on its own loop; a read that
// the page cache can answer is done at once. Without one they run inline and may block the calling
// thread: for start-up and for the committer, whose thread has nothing else to do.
#pragma once

#include <cstddef>

#include <boost/asio/thread_pool.hpp>

#include "storage_core/storage/file_system.h"

namespace yundisk::storage {

// Threads for work that waits for the disk. Thread-safe.
class DiskPool final : public BlockingRunner {
 public:
  explicit DiskPool(std::size_t threads) : pool_(threads) {}
  // Waits until all work is done.
  ~DiskPool() override { pool_.join(); }

 private:
  boost::asio::awaitable<void> RunCall(Call call) override;

  boost::asio::thread_pool pool_;
};

// Thread-safe.
class RealFileSystem final : public FileSystem {
 public:
  // Null: inline. The pool outlives the file system and its files.
  explicit RealFileSystem(DiskPool* pool) : pool_(pool) {}

  Task<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override;
  Task<void> Rename(const std::string& from, const std::string& to) override;
  Task<void> Remove(const std::string& path) override;
  Task<void> SyncFolder(const std::string& path) override;
  Task<void> MakeFolder(const std::string& path) override;
  Task<std::vector<std::string>> List(const std::string& path) override;
  Task<std::uint64_t> FreeBytes(const std::string& path) override;

 private:
  DiskPool* pool_;
};

}  // namespace yundisk::storage
