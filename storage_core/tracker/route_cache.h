// Routes remembered in Redis for a while, for all trackers and across their restarts. MariaDB stays
// the truth: whatever Redis does, its failures are misses.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/redis/redis.h"
#include "storage_core/tracker/stores.h"

namespace yundisk::tracker {

// Thread-safe; calls block.
class CachedRouteStore final : public RouteStore {
 public:
  // Both are borrowed.
  CachedRouteStore(RouteStore& truth, redis::Client& cache, std::chrono::seconds life)
      : truth_(&truth), cache_(&cache), life_(std::to_string(life.count())) {}

  Result<std::string> Find(const Owner& owner) override;
  Result<std::string> Keep(const Owner& owner, std::string_view group) override;

 private:
  void Remember(const std::string& name, const std::string& group);

  RouteStore* truth_;
  redis::Client* cache_;
  const std::string life_;  // in seconds
};

}  // namespace yundisk::tracker
