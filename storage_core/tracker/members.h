// Keeps the table of members and the registry in step: what the table knows is loaded once, who
// joins is written down. While the database is down both are tried again; nothing waits for them.
#pragma once

#include <chrono>
#include <map>

#include "common/net/blocking_pool.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "storage_core/tracker/registry.h"
#include "storage_core/tracker/stores.h"

namespace yundisk::tracker {

// Bound to the registry's loop; the store is called on the pool.
class Members {
 public:
  static constexpr std::chrono::seconds kRetry{1};

  // All are borrowed.
  Members(Registry& registry, MemberStore& store, net::BlockingPool& pool, net::Timer& timer)
      : registry_(&registry), store_(&store), pool_(&pool), timer_(&timer) {}

  // To be written soon.
  void Joined(const Member& member) { unsaved_[member.name] = member; }
  // The table has been read: what the registry knows is all there is.
  bool loaded() const { return loaded_; }
  // Loads and saves for ever; ends with its loop.
  net::Task<void> Run();

 private:
  net::Task<Result<void>> Load();
  net::Task<Result<void>> SaveAll();

  Registry* registry_;
  MemberStore* store_;
  net::BlockingPool* pool_;
  net::Timer* timer_;
  bool loaded_ = false;
  std::map<NodeName, Member> unsaved_;
};

}  // namespace yundisk::tracker
