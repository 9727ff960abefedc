// A TCP server of the wire protocol: accepts on one address, spreads the connections over the
// loops, authenticates them, checks every header, and calls a Handler.
//
//   net::LoopPool loops(threads);
//   net::Server server(loops, options, handler);
//   TRY_VOID(server.Start());
//   net::WaitForStopSignal();
//   server.Stop();
//
// Start and Stop belong to one thread, which is no loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/handler.h"
#include "common/net/loop.h"
#include "common/net/server_options.h"

namespace yundisk::net {

class Server {
 public:
  // Borrows everything but the options until it is destroyed.
  Server(LoopPool& loops, ServerOptions options, Handler& handler, const Clock& clock,
         Random& random);
  // Stops when it still runs.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens. kBadRequest when there is no secret and the address is not loopback; kUnavailable when
  // the address is taken.
  Result<void> Start();
  // Stops accepting, lets the requests in flight finish (limits.drain_timeout_s), closes, and
  // returns once no call of the handler is left.
  void Stop();

  // The port listened on.
  std::uint16_t port() const;
  std::size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yundisk::net
