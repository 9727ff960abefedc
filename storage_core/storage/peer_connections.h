// PeerConnections: connections to the other members of the group, opened when needed, authenticated
// and kept for the next use.
//
// Bound to one loop, like the connections.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/caller.h"
#include "common/net/stream.h"
#include "common/protocol/authentication.h"
#include "storage_core/storage/peer_table.h"
#include "storage_core/storage/task.h"

namespace yundisk::storage {

struct PeerTimeouts {
  std::chrono::milliseconds connect{1000};
  std::chrono::milliseconds call{10000};  // for a request; of streamed content, for each piece
};

class PeerConnections {
 private:
  struct Connection {
    std::uint64_t life;
    std::unique_ptr<net::Stream> stream;
    net::Caller caller;
    SteadyTime idle_since{};
  };

 public:
  static constexpr std::size_t kMaxIdle = 32;  // of one address
  // Kept without use: those of a member that has moved or was removed end so.
  static constexpr std::chrono::seconds kMaxIdleTime{60};

  // Gives the connection back at its end, unless it broke.
  class Lease {
   public:
    Lease(PeerConnections& from, std::string address, std::unique_ptr<Connection> connection)
        : from_(&from), address_(std::move(address)), connection_(std::move(connection)) {}
    ~Lease();
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;

    net::Caller& caller() { return connection_->caller; }

   private:
    PeerConnections* from_;
    std::string address_;
    std::unique_ptr<Connection> connection_;
  };

  // All are borrowed; leases end before this does.
  PeerConnections(net::Dialer& dialer, const Clock& clock, Random& random,
                  std::optional<wire::Secret> secret, PeerTimeouts timeouts)
      : dialer_(&dialer), clock_(&clock), random_(&random), secret_(secret), timeouts_(timeouts) {}

  // A kept connection of the target's present life, or a new one.
  Task<std::unique_ptr<Lease>> Get(Target target);
  // Closes the kept ones. They belong to the loop, which must still be there.
  void Close() { idle_.clear(); }

 private:
  void DropUnused();

  net::Dialer* dialer_;
  const Clock* clock_;
  Random* random_;
  std::optional<wire::Secret> secret_;
  PeerTimeouts timeouts_;
  std::map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace yundisk::storage
