// The objects of a storage over HTTP: GET and HEAD of signed addresses. docs/storage-http.md.
//
// Start and Stop belong to one thread, which is no loop's.
#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/listener.h"
#include "common/net/loop.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/object_url.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/http/config.h"

namespace yundisk::storage {

class HttpServer {
 public:
  // Borrows loops, engine and clock until it is destroyed. A stopping server lets answers go on for
  // `drain_timeout`.
  HttpServer(net::LoopPool& loops, HttpConfig config, const wire::Secret& secret, Engine& engine,
             const Clock& clock, std::chrono::seconds drain_timeout);

  Result<void> Start() { return listener_.Start(); }
  void Stop() { listener_.Stop(); }

  std::uint16_t port() const { return listener_.port(); }

 private:
  const HttpConfig config_;
  const client::UrlSigner signer_;
  net::Listener listener_;
};

}  // namespace yundisk::storage
