// What every program of the tree is made of: configuration, connections, sessions, the cached tree.
// Made once by main, before threads start; everything in it is thread-safe.
#pragma once

#include <memory>
#include <string>

#include "cgi/disk/authenticator.h"
#include "cgi/disk/endpoint_config.h"
#include "cgi/disk/object_store.h"
#include "cgi/disk/sessions.h"
#include "cgi/disk/stamps.h"
#include "cgi/disk/tree_reader.h"
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/random.h"
#include "common/database/config.h"
#include "common/fastcgi/router.h"
#include "common/metrics/metrics.h"
#include "common/redis/redis.h"
#include "storage_core/client/cluster.h"

namespace yundisk::disk {

class EndpointParts {
 public:
  static Result<std::unique_ptr<EndpointParts>> Open(const ConfigFile& file,
                                                     const std::string& instance);

  // Serves until SIGTERM (fcgi::Serve).
  Result<void> Serve(const std::string& program, const fcgi::Router& router);

  // Public: a bundle, not an abstraction. In the order in which they need each other.
  const EndpointConfig config;
  const SystemClock clock;
  SystemRandom random;
  db::Pool database;
  redis::Client redis;
  client::Cluster cluster;
  ClusterObjectStore store{cluster};
  metrics::Registry metrics;
  const Stamps stamps;
  Sessions sessions;
  const Authenticator authenticator{sessions};
  TreeReader reader{database, stamps, clock};

 private:
  EndpointParts(EndpointConfig config, db::Options database_options, metrics::Registry metrics,
                Stamps stamps);
};

}  // namespace yundisk::disk
