// The tracker's commands (10 to 15) on the server of the wire protocol.
#pragma once

#include <string_view>

#include "common/base/random.h"
#include "common/net/handler.h"
#include "storage_core/tracker/members.h"
#include "storage_core/tracker/registry.h"
#include "storage_core/tracker/routes.h"
#include "storage_core/tracker/watches.h"

namespace yundisk::tracker {

// Bound to the registry's loop, so its server has one loop only: an answer takes microseconds and
// waits for nothing but the first look-up of a route, and a watcher's for the news it asks for.
class Service final : public net::Handler {
 public:
  // All are borrowed.
  struct Parts {
    Registry& registry;
    Members& members;
    Routes& routes;
    Watches& watches;
    Random& random;
  };
  explicit Service(const Parts& parts) : parts_(parts) {}

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override;

 private:
  net::Task<Result<void>> Join(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Beat(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Addresses(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Place(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Watch(net::Request& request, net::Reply& reply);
  net::Task<Result<std::string>> GroupOf(const wire::ObjectKey& key);
  Result<wire::Location> Locate(std::string_view group, std::string_view file_id) const;

  const Parts parts_;
};

}  // namespace yundisk::tracker
