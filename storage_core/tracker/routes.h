// The routes of owners whose file ids do not name a group: one group for all of an owner's ids, for
// ever. The truth is in the store; what was learned stays in memory, so that known owners are found
// while the store is down.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "common/base/result.h"
#include "common/net/blocking_pool.h"
#include "common/net/task.h"
#include "storage_core/tracker/stores.h"

namespace yundisk::tracker {

// Bound to one loop; the store is called on the pool.
class Routes {
 public:
  // Beyond this the memory starts afresh; a route never changes, so nothing is lost but time.
  static constexpr std::size_t kMaxRemembered = 100000;

  // Both are borrowed.
  Routes(RouteStore& store, net::BlockingRunner& pool) : store_(&store), pool_(&pool) {}

  using Choose = std::function<Result<std::string>()>;

  // The owner's group; `choose` is asked, on the loop, when there is none yet. Both are borrowed
  // until the answer.
  net::Task<Result<std::string>> GroupOf(const Owner& owner, const Choose& choose);

 private:
  void Remember(const Owner& owner, const std::string& group);

  RouteStore* store_;
  net::BlockingRunner* pool_;
  std::map<Owner, std::string> remembered_;
};

}  // namespace yundisk::tracker
