// The local engine: objects below one data folder.
//
//   <data>/volumes/<number>.vol   the log: small objects, and a record of every large one and of
//                                 every deletion (record.h)
//   <data>/large/<aa>/<rest>      contents of large objects (large_files.h)
//   <data>/index/                 where everything lies; can be lost (index.h)
//
// Small objects are written by the committer, large ones by the caller; either is acknowledged when
// its record is durable.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/blocking_pool.h"
#include "storage_core/storage/change_feed.h"
#include "storage_core/storage/committer.h"
#include "storage_core/storage/compactor.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"
#include "storage_core/storage/index.h"
#include "storage_core/storage/large_files.h"
#include "storage_core/storage/large_writer.h"
#include "storage_core/storage/log_writer.h"
#include "storage_core/storage/object_reader.h"
#include "storage_core/storage/recovery.h"
#include "storage_core/storage/scrubber.h"
#include "storage_core/storage/volume_set.h"

namespace yundisk::storage {

struct LocalOptions {
  std::string folder;
  std::string spool_folder;                                 // empty: nothing can be adopted
  std::string node_name = "storage";                        // begins ObjectInfo::local_file
  std::uint64_t large_object_bytes = 102'400;               // from this size on an object is a file
  std::uint64_t min_free_bytes = std::uint64_t{256} << 20;  // uploads leave at least this much
  std::chrono::seconds verify_max_age = std::chrono::hours(24 * 7);
  std::uint64_t compaction_garbage_percent = 50;
  LogOptions log;
};

// Everything outside the engine that it uses; all outlives it.
struct LocalEnvironment {
  FileSystem& files;            // used on the callers' loops: must not block them
  FileSystem& committer_files;  // used on `committer`: may block it
  net::BlockingRunner& runner;
  boost::asio::any_io_executor committer;  // runs one handler at a time
  Clock& clock;
  Random& random;
  Index& index;
};

class LocalEngine final : public ReplicaEngine {
 public:
  // Makes the folders, recovers the log. Run it where `committer_files` may block.
  static Task<std::unique_ptr<LocalEngine>> Open(const LocalEnvironment& environment,
                                                 const LocalOptions& options);
  ~LocalEngine() override;

  Task<void> Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source) override;
  Task<void> Put(const ObjectKey& key, std::uint64_t size_bytes, ContentSource& source,
                 ContentWatcher& watcher) override;
  Task<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                     std::string_view spool_name) override;
  Task<Digest> Adopt(const ObjectKey& key, std::uint64_t size_bytes, std::string_view spool_name,
                     ContentWatcher& watcher) override;
  Task<std::uint64_t> Size(const ObjectKey& key) override;
  Task<ObjectInfo> Stat(const ObjectKey& key) override;
  Task<std::unique_ptr<Content>> Open(const ObjectKey& key, ByteRange range) override;
  Task<void> Remove(const ObjectKey& key) override;
  Task<std::optional<Known>> Lookup(const ObjectKey& key) override;
  Task<bool> Reread(const ObjectKey& key) override;
  Task<ObjectList> ObjectsAfter(const std::string& after) override;
  Totals totals() const override { return catalog_->totals(); }
  Task<void> Bury(const ObjectKey& key) override;
  Task<Changes> ChangesAfter(ChangePosition after, std::size_t count) override;
  void OnDamage(const std::function<void(const std::string&)>& listener) override;
  ChangePosition end_of_changes() const override;
  LogIdentity identity() const override { return identity_; }
  Statistics Describe() const override;

  // Upkeep, to be called now and then, each by one coroutine at a time.
  Task<void> RefreshFreeBytes();
  Task<void> FlushIndex();
  // Removes files that a crash left without a record; tells how many. Once after the start.
  Task<std::uint64_t> Sweep();
  // Moves what is needed out of the volume with the most garbage, if any has enough; tells whether
  // one had.
  Task<bool> Compact();
  // Reads and checks up to `budget_bytes` of objects, going round through all of them.
  Task<void> Scrub(std::uint64_t budget_bytes);

  // Makes upkeep and rereading that go on end soon. Any thread.
  void StopUpkeep() {
    ending_ = true;
    compactor_->Stop();
    scrubber_->Stop();
  }
  // The last operation, on the committer's executor, when all others have ended.
  Task<void> Close();

  const RecoveryReport& recovery() const { return recovery_; }
  CommitterCounters counters() const { return committer_->counters(); }
  std::uint64_t free_bytes() const { return free_bytes_; }
  std::uint64_t objects() const { return catalog_->totals().objects; }
  std::uint64_t object_bytes() const { return catalog_->totals().object_bytes; }

 private:
  LocalEngine(const LocalEnvironment& environment, const LocalOptions& options);
  Task<void> Start();

  // Room on the disk promised to an upload that goes on.
  class Promise;
  // Fails early where the outcome is already certain.
  Task<std::unique_ptr<Promise>> Admit(const std::string& key, std::uint64_t size_bytes);
  Task<Digest> PutSmall(const std::string& key, std::uint64_t size_bytes, ContentSource& source,
                        ContentWatcher& watcher);
  Task<std::unique_ptr<File>> OpenSpooled(const std::string& path, std::uint64_t size_bytes);
  Task<Digest> AdoptSmall(const std::string& key, std::uint64_t size_bytes, const std::string& path,
                          ContentWatcher& watcher);
  Task<void> RemoveContent(const Entry& removed);

  LocalEnvironment environment_;
  LocalOptions options_;
  VolumeSet volumes_;
  std::unique_ptr<Catalog> catalog_;
  LargeFiles large_files_;
  LogWriter log_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<ChangeFeed> change_feed_;
  std::unique_ptr<ObjectReader> reader_;
  std::unique_ptr<LargeWriter> large_writer_;
  std::unique_ptr<Compactor> compactor_;
  std::unique_ptr<Scrubber> scrubber_;
  LogIdentity identity_{};
  RecoveryReport recovery_;
  std::atomic<bool> ending_{false};
  std::atomic<std::uint64_t> free_bytes_{0};
  std::atomic<std::uint64_t> promised_bytes_{0};
};

}  // namespace yundisk::storage
