// Runs a handler under spawn-fcgi: file descriptor 0 is the listening unix socket, shared by all
// children of multiwatch.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "common/base/result.h"
#include "common/fastcgi/router.h"
#include "common/metrics/metrics.h"

namespace yundisk::fcgi {

// Requests in flight when a signal ends the program are given this long.
inline constexpr std::chrono::seconds kDrainLimit{10};
// A client (nginx) that takes nothing for this long is gone.
inline constexpr std::chrono::seconds kWriteTimeout{60};

struct ServerOptions {
  std::string program;  // names the metrics
  // A thread belongs to a kept-alive connection (libfcgi), so this must exceed nginx workers x
  // keepalive, or requests hang behind idle connections.
  std::size_t threads = 48;
  int listen_socket = 0;
};

// Call first in main, before any thread starts: SIGTERM, SIGINT and SIGUSR1 then reach only Serve,
// and a client that hangs up is an error code instead of a signal.
void TakeOverSignals();

// Serves until one of those signals, then lets idle connections go, finishes the requests in flight
// (kDrainLimit at most) and returns. Counts and times every request in the shared metrics segment.
// A handler that throws is a 500 and a log line.
Result<void> Serve(const ServerOptions& options, const Handler& handler,
                   metrics::Registry& metrics);

}  // namespace yundisk::fcgi
