// admin: tells how the service is, to people, load balancers and Prometheus.
#include "cgi/admin/endpoint.h"
#include "cgi/admin/health_monitor.h"
#include "cgi/disk/endpoint_config.h"
#include "common/base/clock.h"
#include "common/base/program.h"
#include "common/database/config.h"
#include "common/fastcgi/server.h"
#include "common/redis/redis.h"
#include "storage_core/client/config.h"

namespace yundisk::admin {
namespace {

// The part's own deadline; a part that is slower than this is failing.
constexpr std::chrono::milliseconds kProbeTimeout{1000};

Result<void> AskDatabase(db::Pool& pool) {
  TRY(const db::Pool::Lease session, pool.Acquire());
  TRY_VOID(session->Query("SELECT 1"));
  return {};
}

Result<void> AskRedis(redis::Client& redis) {
  TRY_VOID(redis.Run({"PING"}));
  return {};
}

// A tracker answers, an active storage has room, an ID server draws.
Result<void> AskStorage(client::Cluster& cluster) {
  TRY_VOID(cluster.GroupList());
  TRY_VOID(cluster.NewFileId("yundisk", "health", 0));
  return {};
}

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  fcgi::TakeOverSignals();
  TRY(const disk::EndpointConfig config, file.Load<disk::EndpointConfig>(instance));
  TRY(db::Options database_options, db::LoadOptions(file));
  database_options.pool_size = 1;
  database_options.connect_timeout = kProbeTimeout;
  database_options.statement_timeout = std::chrono::ceil<std::chrono::seconds>(kProbeTimeout);
  client::Options cluster_options = client::OptionsFrom(config.cluster);
  cluster_options.call_timeout = kProbeTimeout;

  db::Pool database(database_options);
  redis::Client redis(config.redis.options);
  client::Cluster cluster(cluster_options);
  TRY(metrics::Registry metrics, metrics::Registry::Open(config.metrics.file));
  const SystemClock clock;
  const HealthMonitor monitor({{"database", true, [&] { return AskDatabase(database); }},
                               {"redis", false, [&] { return AskRedis(redis); }},
                               {"storage", true, [&] { return AskStorage(cluster); }}},
                              clock);
  return fcgi::Serve({.program = "admin", .threads = config.web.threads, .listen_socket = 0},
                     MakeRouter(monitor, metrics), metrics);
}

}  // namespace
}  // namespace yundisk::admin

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"admin", "Tells how the service is."},
                             yundisk::admin::Run);
}
