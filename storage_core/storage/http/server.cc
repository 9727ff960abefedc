#include "storage_core/storage/http/server.h"

#include <memory>
#include <utility>

#include "storage_core/storage/http/session.h"

namespace yundisk::storage {

HttpServer::HttpServer(net::LoopPool& loops, HttpConfig config, const wire::Secret& secret,
                       Engine& engine, const Clock& clock, std::chrono::seconds drain_timeout)
    : config_(std::move(config)),
      signer_(secret),
      listener_(loops, {config_.listen, false, config_.max_connections, drain_timeout},
                [this, &engine, &clock](std::unique_ptr<net::Stream> stream) {
                  const HttpParts parts{config_, signer_, engine, clock};
                  return std::make_unique<HttpSession>(std::move(stream), parts);
                }) {}

}  // namespace yundisk::storage
