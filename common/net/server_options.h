// What a server of the wire protocol is told: where it listens, whom it lets in, and its limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/config.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"

namespace yundisk::net {

// Every limit has a configuration key of the same name in the daemon's table.
struct Limits {
  std::size_t max_connections = 16'384;  // more are closed as they come
  // Between two requests; clients pool connections, so this is long.
  std::chrono::seconds idle_timeout_s{600};
  // From a header's first byte to its last.
  std::chrono::seconds header_timeout_s{10};
  // Without any progress, in reading a body or writing a reply.
  std::chrono::seconds stall_timeout_s{30};
  // A body must come at least this fast on average, after a grace of header_timeout_s.
  std::uint64_t min_bytes_per_s = 4096;
  // How long a stopping server lets the requests in flight run.
  std::chrono::seconds drain_timeout_s{10};

  // `table`: "tracker", "id_server", "storage".
  void Describe(ConfigFields& fields, std::string_view table);
};

// What a connection needs to know of its server.
struct ServerOptions {
  std::string listen;     // "host:port"; port 0: any free one
  wire::Service service;  // decides the commands and the reply code
  std::string node;       // begins every failure's description: "[node] what failed: why"
  std::optional<wire::Secret> secret;  // without one only loopback addresses are served
  Limits limits;
};

// An unread rest of a body up to this long is read and thrown away so that the connection can stay;
// a longer one closes it (fixed by the protocol).
inline constexpr std::uint64_t kMaxDrainBytes = std::uint64_t{64} << 20U;

}  // namespace yundisk::net
