// Accepts connections on one address, spreads them over the loops, and runs a Session on each.
//
// Start and Stop belong to one thread, which is no loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/net/loop.h"
#include "common/net/session.h"
#include "common/net/stream.h"

namespace yundisk::net {

struct ListenerOptions {
  std::string listen;  // "ip:port"; port 0: any free one
  bool loopback_only;
  std::size_t max_connections;  // more are closed as they come
  std::chrono::seconds drain_timeout;
};

class Listener {
 public:
  // Called on the loop of the connection.
  using MakeSession = std::function<std::unique_ptr<Session>(std::unique_ptr<Stream> stream)>;

  // Borrows the loops until it is destroyed.
  Listener(LoopPool& loops, ListenerOptions options, MakeSession make_session);
  // Stops when it still runs.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Listens. kBadRequest when only loopback addresses are allowed and this is none; kUnavailable
  // when the address is taken.
  Result<void> Start();
  // Stops accepting, lets the requests in flight finish (drain_timeout), closes, and returns once
  // no session is left.
  void Stop();

  // The port listened on.
  std::uint16_t port() const;
  std::size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yundisk::net
