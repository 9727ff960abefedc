// Asks a tracker over UDP, one packet each way, where a file's storages and other services are; and
// tells it, one packet and no answer, how calls ended.
//
//   UdpLookup lookup(options);
//   TRY(const UdpRoute route, lookup.Find(key));
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"
#include "common/protocol/udp.h"
#include "storage_core/client/known_services.h"
#include "storage_core/client/network.h"

namespace yundisk::client {

struct UdpRoute {
  std::string group;
  std::vector<std::string> addresses;  // of storages, best first, never empty
  std::vector<ServiceHost> services;   // by number, the heaviest first; as many as fit
};

struct UdpOptions {
  std::vector<std::string> trackers;
  std::optional<wire::Secret> secret;
  std::chrono::milliseconds timeout{300};  // for one packet; then the next tracker
  int rounds = 2;                          // through all trackers
};

// Of a new request.
wire::UdpHeader UdpHeaderOf(wire::UdpKind kind, const Clock& clock, Random& random);

// Bound to one thread at a time. Blocks.
class UdpLookup {
 public:
  // What the environment has is borrowed.
  explicit UdpLookup(UdpOptions options, const Environment& environment = SystemEnvironment());

  // kUnavailable when no tracker answers, or none knows an active storage.
  Result<UdpRoute> Find(const wire::ObjectKey& key);
  // To every tracker, for they share no truth; may be lost, never waits.
  void Report(const wire::Report& report);

 private:
  Result<UdpRoute> Ask(const std::string& tracker, const wire::ObjectKey& key);

  const UdpOptions options_;
  const Environment environment_;
};

}  // namespace yundisk::client
