// Probes the storages that are out: connects, authenticates, and asks for the statistics.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "storage_core/tracker/outages.h"

namespace yundisk::tracker {

// Bound to the registry's loop.
class Prober {
 public:
  static constexpr std::chrono::milliseconds kInterval{250};
  // To connect, and for each answer.
  static constexpr std::chrono::milliseconds kTimeout{1000};

  // Starts a coroutine on the loop.
  using Spawn = std::function<void(net::Task<void>)>;
  struct Parts {
    Outages& outages;
    net::Dialer& dialer;
    net::Timer& timer;
    const Clock& clock;
    Random& random;
    Spawn spawn;
  };
  // All but the secret are borrowed.
  Prober(Parts parts, std::optional<wire::Secret> secret)
      : parts_(std::move(parts)), secret_(secret) {}

  // Probes for ever; ends with its loop.
  net::Task<void> Run();

 private:
  net::Task<void> Probe(Outages::Probe probe);
  net::Task<Result<void>> Ask(const std::string& address);

  const Parts parts_;
  const std::optional<wire::Secret> secret_;
};

}  // namespace yundisk::tracker
