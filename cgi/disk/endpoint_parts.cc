#include "cgi/disk/endpoint_parts.h"

#include <utility>

#include "common/fastcgi/server.h"
#include "storage_core/client/config.h"

namespace yundisk::disk {

EndpointParts::EndpointParts(EndpointConfig config_read, db::Options database_options,
                             metrics::Registry registry, Stamps stamps_opened)
    : config(std::move(config_read)),
      database(std::move(database_options)),
      redis(config.redis.options),
      cluster(client::OptionsFrom(config.cluster)),
      metrics(std::move(registry)),
      stamps(std::move(stamps_opened)),
      sessions(database, redis, stamps, clock, random, config.web.session_ttl) {}

Result<std::unique_ptr<EndpointParts>> EndpointParts::Open(const ConfigFile& file,
                                                           const std::string& instance) {
  TRY(EndpointConfig config, file.Load<EndpointConfig>(instance));
  TRY(db::Options database_options, db::LoadOptions(file));
  TRY(metrics::Registry metrics, metrics::Registry::Open(config.metrics.file));
  TRY(Stamps stamps, Stamps::Open(config.web.stamps_file));
  return std::unique_ptr<EndpointParts>(new EndpointParts(
      std::move(config), std::move(database_options), std::move(metrics), std::move(stamps)));
}

Result<void> EndpointParts::Serve(const std::string& program, const fcgi::Router& router) {
  return fcgi::Serve({.program = program, .threads = config.web.threads, .listen_socket = 0},
                     router, metrics);
}

}  // namespace yundisk::disk
