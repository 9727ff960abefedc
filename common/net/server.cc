#include "common/net/server.h"

#include <utility>

#include "common/net/connection.h"
#include "common/net/listener.h"

namespace yundisk::net {
namespace {

ListenerOptions ToListen(const ServerOptions& options) {
  return {options.listen, !options.secret.has_value(), options.limits.max_connections,
          options.limits.drain_timeout_s};
}

}  // namespace

struct Server::State {
  State(LoopPool& loops, ServerOptions with, Handler& handler, const Clock& clock, Random& random)
      : options(std::move(with)),
        listener(loops, ToListen(options),
                 [this, &handler, &clock, &random](std::unique_ptr<Stream> stream) {
                   return std::make_unique<Connection>(std::move(stream), options, handler, clock,
                                                       random);
                 }) {}

  const ServerOptions options;
  Listener listener;
};

Server::Server(LoopPool& loops, ServerOptions options, Handler& handler, const Clock& clock,
               Random& random)
    : state_(std::make_unique<State>(loops, std::move(options), handler, clock, random)) {}

Server::~Server() = default;

Result<void> Server::Start() { return state_->listener.Start(); }

void Server::Stop() { state_->listener.Stop(); }

std::uint16_t Server::port() const { return state_->listener.port(); }

std::size_t Server::connections() const { return state_->listener.connections(); }

}  // namespace yundisk::net
