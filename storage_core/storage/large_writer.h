// LargeWriter: brings large objects onto the disk, each as a file of its own.
//
// The file is complete and durable, with its name, before its record is committed. Thread-safe;
// runs on the callers' executors.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/net/blocking_pool.h"
#include "storage_core/storage/checksum.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/large_files.h"

namespace yundisk::storage {

class LargeWriter {
 public:
  struct Parts {
    FileSystem& files;
    net::BlockingRunner& runner;
    const Clock& clock;
    LargeFiles& large_files;
    Committer& committer;
  };

  // All parts outlive the writer.
  explicit LargeWriter(const Parts& parts) : parts_(parts) {}

  // As ReplicaEngine::Put.
  Task<void> Put(const std::string& key, std::uint64_t size_bytes, ContentSource& source,
                 ContentWatcher& watcher);
  // Takes over the file at `path`, which was found to be as announced. When it fails the file is
  // back at `path`, unless a sync failed or a failing disk left open whether the object exists.
  Task<Digest> Adopt(const std::string& key, std::uint64_t size_bytes, const std::string& path,
                     ContentWatcher& watcher);

 private:
  struct Hashed {
    Digest digest;
    std::vector<std::uint32_t> block_crcs;
  };

  // Bring the content and its name durably to the disk.
  Task<Hashed> Receive(File& file, std::uint64_t size_bytes, ContentSource& source,
                       ContentWatcher& watcher);
  Task<Hashed> Fill(File& file, const LargeName& name, std::uint64_t size_bytes,
                    ContentSource& source, ContentWatcher& watcher);
  Task<Hashed> Hash(File& file, std::uint64_t size_bytes, ContentWatcher& watcher);
  Task<Hashed> HashWhileSyncing(File& file, const LargeName& name, std::uint64_t size_bytes,
                                ContentWatcher& watcher);

  // The file's name is durable.
  Task<void> SecureName(const LargeName& name);
  // Passes on how a sync ended. After a failed one no write is accepted any more: the kernel may
  // take for written what is lost.
  Result<void> Secured(const Result<void>& synced);
  // The file of a damaged object is needed no more once its content was brought again.
  Task<void> RemoveReplaced(const Committer::Stored& stored);

  Task<Committer::Stored> Commit(const std::string& key, const LargeName& name, File& file,
                                 const Hashed& hashed);

  Parts parts_;
};

}  // namespace yundisk::storage
