// The tracker's commands (10 to 14) on the server of the wire protocol.
#pragma once

#include <string_view>

#include "common/base/random.h"
#include "common/net/handler.h"
#include "storage_core/tracker/members.h"
#include "storage_core/tracker/registry.h"
#include "storage_core/tracker/routes.h"

namespace yundisk::tracker {

// Bound to the registry's loop, so its server has one loop only: an answer takes microseconds and
// waits for nothing but the first look-up of a route.
class Service final : public net::Handler {
 public:
  // All are borrowed.
  Service(Registry& registry, Members& members, Routes& routes, Random& random)
      : registry_(&registry), members_(&members), routes_(&routes), random_(&random) {}

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override;

 private:
  net::Task<Result<void>> Join(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Beat(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Addresses(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Place(net::Request& request, net::Reply& reply);
  net::Task<Result<std::string>> GroupOf(const wire::ObjectKey& key);
  Result<wire::Location> Locate(std::string_view group, std::string_view file_id) const;

  Registry* registry_;
  Members* members_;
  Routes* routes_;
  Random* random_;
};

}  // namespace yundisk::tracker
