// Kept connections to daemons, by address, and which daemon to try first where several can do the
// same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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
  // How long a daemon may take where another one can be tried instead.
  std::chrono::milliseconds patience{900};
};

// How long a daemon may take for its answer.
enum class Pace : std::uint8_t {
  kPrompt,  // as long as one look takes: when one is silent, another may know
  kOpen,    // as the disks, the other members or the content take
};

// A try of one daemon.
struct Attempt {
  std::string address;
  Timeouts timeouts;
  bool another_follows = false;
};

// Thread-safe.
class ConnectionPool {
 public:
  // A daemon that has been silent is tried last for so long.
  static constexpr std::chrono::seconds kAvoidFor{3};

  // What the environment has outlives the pool.
  ConnectionPool(PoolOptions options, const Environment& environment)
      : options_(std::move(options)), environment_(environment) {}

  // The tries of daemons of which one is enough, in their order, but those that were silent a
  // moment ago come last. The very last one is given all the time there is.
  std::vector<Attempt> Attempts(const std::vector<std::string>& addresses, Pace pace);

  // Runs `call(connection)` on a connection to the daemon, a kept one where there is one. When a
  // kept connection turns out to be dead (the daemon was restarted), the call is made once more on
  // a new one if `may_repeat()`: it must be harmless then, whether or not the first try arrived.
  template <typename Call, typename MayRepeat>
  auto Run(const Attempt& attempt, wire::Service service, Call&& call, MayRepeat&& may_repeat)
      -> decltype(call(std::declval<Connection&>())) {
    const SteadyTime begun = SteadyNow();
    if (std::unique_ptr<Connection> kept = TakeKept(attempt)) {
      auto result = call(*kept);
      const bool died = !result.ok() && kept->broken();
      const bool silent = died && Note(attempt, begun);
      Keep(attempt.address, std::move(kept));
      if (!died || silent || !may_repeat()) return result;
    }
    auto opened =
        Connection::Open(attempt.address, service, options_.secret, attempt.timeouts, environment_);
    if (!opened) {
      Note(attempt, begun);
      return opened.error();
    }
    auto result = call(**opened);
    if (!result.ok() && (*opened)->broken()) Note(attempt, begun);
    Keep(attempt.address, std::move(*opened));
    return result;
  }

 private:
  struct Daemon {
    std::vector<std::unique_ptr<Connection>> idle;
    SteadyTime avoided_until{};
  };
  using Daemons = std::map<std::string, Daemon, std::less<>>;

  SteadyTime SteadyNow() const { return environment_.clock.Steady(); }

  // Empty when none is kept that still looks alive.
  std::unique_ptr<Connection> TakeKept(const Attempt& attempt);
  void Keep(const std::string& address, std::unique_ptr<Connection> connection);
  // That the attempt broke off; true when it waited in vain, so that another connection would too.
  bool Note(const Attempt& attempt, SteadyTime begun);

  PoolOptions options_;
  const Environment environment_;
  Guarded<Daemons> daemons_;
};

}  // namespace yundisk::client
