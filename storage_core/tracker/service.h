// The tracker's commands (10 to 18) on the server of the wire protocol.
#pragma once

#include <string_view>

#include "common/base/random.h"
#include "common/net/handler.h"
#include "storage_core/tracker/choice.h"
#include "storage_core/tracker/directory.h"
#include "storage_core/tracker/hints.h"
#include "storage_core/tracker/members.h"
#include "storage_core/tracker/outages.h"
#include "storage_core/tracker/registry.h"
#include "storage_core/tracker/routes.h"
#include "storage_core/tracker/watches.h"

namespace yundisk::tracker {

// Bound to the registry's loop, so its server has one loop only: an answer takes microseconds and
// waits for nothing but the first look-up of a route, an operator's change, and a watcher's for the
// news it asks for.
class Service final : public net::Handler {
 public:
  // All are borrowed.
  struct Parts {
    Registry& registry;
    Members& members;
    Routes& routes;
    Watches& watches;
    Choice& choice;
    const Directory& directory;
    Outages& outages;
    Hints& hints;
    Random& random;
  };
  explicit Service(const Parts& parts) : parts_(parts) {}

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override;

  // Commands 12 and 18, for the UDP port too. `client`: the ip the report comes from.
  net::Task<Result<wire::Location>> LocationOf(wire::ObjectKey key);
  Result<void> Take(const wire::Report& report, std::string_view client);

 private:
  net::Task<Result<void>> Join(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Beat(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Addresses(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Place(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Watch(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> SetMember(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Hint(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Report(net::Request& request, net::Reply& reply);
  net::Task<Result<std::string>> GroupOf(const wire::ObjectKey& key);

  const Parts parts_;
};

}  // namespace yundisk::tracker
