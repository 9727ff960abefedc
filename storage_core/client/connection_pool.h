// Kept connections to daemons, by address.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/guarded.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/connection.h"

namespace yundisk::client {

struct PoolOptions {
  std::optional<wire::Secret> secret;
  Timeouts timeouts;
  std::size_t idle_per_address;  // more are closed after use
};

// Thread-safe.
class ConnectionPool {
 public:
  explicit ConnectionPool(PoolOptions options) : options_(std::move(options)) {}

  // Runs `call(connection)` on a connection to `address`, a kept one where there is one. When a
  // kept connection turns out to be dead (the daemon was restarted), the call is made once more on
  // a new one if `may_repeat()`: it must be harmless then, whether or not the first try arrived.
  template <typename Call, typename MayRepeat>
  auto Run(const std::string& address, wire::Service service, Call&& call, MayRepeat&& may_repeat)
      -> decltype(call(std::declval<Connection&>())) {
    if (std::unique_ptr<Connection> kept = TakeKept(address)) {
      auto result = call(*kept);
      const bool died = !result.ok() && !kept->usable();
      Keep(address, std::move(kept));
      if (!died || !may_repeat()) return result;
    }
    TRY(auto opened, Connection::Open(address, service, options_.secret, options_.timeouts));
    auto result = call(*opened);
    Keep(address, std::move(opened));
    return result;
  }

 private:
  using Idle = std::map<std::string, std::vector<std::unique_ptr<Connection>>, std::less<>>;

  // Empty when none is kept that still looks alive.
  std::unique_ptr<Connection> TakeKept(const std::string& address);
  void Keep(const std::string& address, std::unique_ptr<Connection> connection);

  PoolOptions options_;
  Guarded<Idle> idle_;
};

}  // namespace yundisk::client
