// An engine with a planted bug of replication between it and its group.
#pragma once

#include <algorithm>

#include "storage_core/storage/engine.h"
#include "tests/simulation/cluster_world.h"

namespace yundisk::simulation {

class BuggyEngine final : public storage::ReplicaEngine {
 public:
  // `engine` outlives this.
  BuggyEngine(storage::ReplicaEngine& engine, GroupBug bug) : engine_(engine), bug_(bug) {}

  storage::Task<void> Put(const storage::ObjectKey& key, std::uint64_t size_bytes,
                          storage::ContentSource& source) override {
    return engine_.Put(key, size_bytes, source);
  }
  storage::Task<void> Put(const storage::ObjectKey& key, std::uint64_t size_bytes,
                          storage::ContentSource& source,
                          storage::ContentWatcher& watcher) override {
    return engine_.Put(key, size_bytes, source, watcher);
  }
  storage::Task<storage::Digest> Adopt(const storage::ObjectKey& key, std::uint64_t size_bytes,
                                       std::string_view spool_name) override {
    return engine_.Adopt(key, size_bytes, spool_name);
  }
  storage::Task<storage::Digest> Adopt(const storage::ObjectKey& key, std::uint64_t size_bytes,
                                       std::string_view spool_name,
                                       storage::ContentWatcher& watcher) override {
    return engine_.Adopt(key, size_bytes, spool_name, watcher);
  }
  storage::Task<std::uint64_t> Size(const storage::ObjectKey& key) override {
    return engine_.Size(key);
  }
  storage::Task<storage::ObjectInfo> Stat(const storage::ObjectKey& key) override {
    return engine_.Stat(key);
  }
  storage::Task<std::unique_ptr<storage::Content>> Open(const storage::ObjectKey& key,
                                                        storage::ByteRange range) override {
    return engine_.Open(key, range);
  }
  storage::Task<void> Remove(const storage::ObjectKey& key) override { return engine_.Remove(key); }
  storage::Statistics Describe() const override { return engine_.Describe(); }
  storage::Task<std::optional<storage::Known>> Lookup(const storage::ObjectKey& key) override {
    return engine_.Lookup(key);
  }
  storage::Task<bool> Reread(const storage::ObjectKey& key) override { return engine_.Reread(key); }
  storage::Task<storage::ObjectList> ObjectsAfter(const std::string& after) override {
    return engine_.ObjectsAfter(after);
  }
  storage::Totals totals() const override { return engine_.totals(); }
  storage::Task<void> Bury(const storage::ObjectKey& key) override { return engine_.Bury(key); }
  storage::Task<storage::Changes> ChangesAfter(storage::ChangePosition after,
                                               std::size_t count) override {
    CO_TRY(storage::Changes changes, co_await engine_.ChangesAfter(after, count));
    if (bug_ == GroupBug::kForgetTombstones)
      std::erase_if(changes.rows, [](const storage::Change& row) { return row.deleted; });
    if (bug_ == GroupBug::kSkipChanges)
      std::erase_if(changes.rows, [](const storage::Change& row) { return row.at_s % 2 == 0; });
    co_return changes;
  }
  void OnDamage(const std::function<void(const std::string&)>& listener) override {
    if (bug_ != GroupBug::kIgnoreDamage) engine_.OnDamage(listener);
  }
  storage::ChangePosition end_of_changes() const override {
    return bug_ == GroupBug::kAlwaysInStep ? storage::ChangePosition{} : engine_.end_of_changes();
  }
  storage::LogIdentity identity() const override { return engine_.identity(); }

 private:
  storage::ReplicaEngine& engine_;
  const GroupBug bug_;
};

}  // namespace yundisk::simulation
