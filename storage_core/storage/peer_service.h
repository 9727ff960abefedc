// The commands that the members of a group send each other (80 to 85), on the storage's own server.
#pragma once

#include "common/net/handler.h"
#include "storage_core/storage/group.h"

namespace yundisk::storage {

// Thread-safe.
class PeerService {
 public:
  // The group outlives this.
  explicit PeerService(Group& group) : group_(group) {}

  static bool Knows(wire::Command command) { return command >= wire::Command::kChanges; }
  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply);

 private:
  net::Task<Result<void>> Changes(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Store(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Release(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Bury(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> LookUp(net::Request& request, net::Reply& reply);

  Group& group_;
};

}  // namespace yundisk::storage
