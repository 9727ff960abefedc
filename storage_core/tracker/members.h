// Keeps the table of members and the registry in step: who joins is written down, and what the
// table says is read again every second, because operators and other trackers change it too. While
// the database is down what is known stays; nothing waits for it but an operator's own change.
#pragma once

#include <chrono>
#include <cstdint>
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
  static constexpr std::chrono::seconds kInterval{1};

  // All are borrowed.
  Members(Registry& registry, MemberStore& store, net::BlockingRunner& pool, net::Timer& timer)
      : registry_(&registry), store_(&store), pool_(&pool), timer_(&timer) {}

  // To be written soon.
  void Joined(const Member& member) { unsaved_[member.name] = member; }
  // The table has been read: what the registry knows is all there is.
  bool loaded() const { return applied_ > 0; }

  // An operator's change: in the table and in the registry when it returns.
  // Borrows the name until then.
  net::Task<Result<void>> Set(const NodeName& name, Standing standing);
  // Reads the table now.
  net::Task<Result<void>> Load();

  // Saves and loads for ever; ends with its loop.
  net::Task<void> Run();

 private:
  // A row that cannot be saved does not keep the others from being; it is tried again.
  net::Task<Result<void>> SaveAll();

  Registry* registry_;
  MemberStore* store_;
  net::BlockingRunner* pool_;
  net::Timer* timer_;
  std::map<NodeName, Member> unsaved_;
  // Each reading of the table has a number. One that began before what was applied last, a later
  // reading or a change of our own, is out of date.
  std::uint64_t begun_ = 0;
  std::uint64_t applied_ = 0;
};

}  // namespace yundisk::tracker
