// trackerd: knows which storages live and where file ids belong.
#include <optional>
#include <utility>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/program.h"
#include "common/base/random.h"
#include "common/database/announcement.h"
#include "common/database/config.h"
#include "common/net/blocking_pool.h"
#include "common/net/server.h"
#include "common/net/stop_signal.h"
#include "common/net/tcp.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "common/redis/config.h"
#include "storage_core/tracker/config.h"
#include "storage_core/tracker/prober.h"
#include "storage_core/tracker/route_cache.h"
#include "storage_core/tracker/service.h"
#include "storage_core/tracker/udp_server.h"

namespace yundisk::tracker {
namespace {

// Look-ups of routes and the table of members are rare.
constexpr std::size_t kDatabaseThreads = 2;
constexpr std::chrono::milliseconds kSweepInterval{250};

// Notices silent storages while nobody asks, so that watchers hear of them.
net::Task<void> SweepForEver(Registry& registry, Watches& watches, net::Timer& timer) {
  while (true) {
    registry.Sweep();
    watches.Sweep();
    co_await timer.Sleep(kSweepInterval);
  }
}

ChoiceRules RulesOf(const Config& config) {
  return {config.placement == "fill", config.fill_reserve_bytes, config.max_in_flight_per_storage};
}

// The address that was listened on where the configured port is 0.
std::string WithPort(std::string_view listen, std::uint16_t port) {
  wire::HostPort address = wire::ParseHostPort(listen).value();
  address.port = port;
  return wire::ToString(address);
}

std::vector<std::string> OtherTrackers(const DirectoryTables& tables, std::string_view here) {
  std::vector<std::string> others;
  for (const ServiceRow& service : tables.services)
    if (service.number == wire::kTrackerNumber && service.address != here)
      others.push_back(service.address);
  return others;
}

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  net::HoldStopSignals();
  TRY(const Config config, file.Load<Config>(instance));
  TRY(auto addresses, ParseAddressTable(config.addresses));
  TRY(const db::Options database_options, db::LoadOptions(file));
  TRY(const redis::RedisConfig redis_config, file.Load<redis::RedisConfig>());
  TRY(const auto secret, wire::ClusterSecret(config.cluster));

  SystemClock clock;
  SystemRandom random;
  net::LoopTimer timer;
  db::Pool database(database_options);
  DatabaseRouteStore route_table(database, clock);
  redis::Client redis(redis_config.options);
  CachedRouteStore route_cache(route_table, redis, config.route_cache_s);
  RouteStore& route_store = config.route_cache_s.count() > 0
                                ? static_cast<RouteStore&>(route_cache)
                                : static_cast<RouteStore&>(route_table);
  DatabaseMemberStore member_store(database);
  net::LoopPool loops(1);
  net::BlockingPool pool(kDatabaseThreads);  // dies before the loops, to which it posts its results
  Registry registry({config.beat_timeout_ms, std::move(addresses)}, clock);
  Members members(registry, member_store, pool, timer);
  Routes routes(route_store, pool);
  Watches watches(registry, clock);
  DatabaseDirectoryStore directory_store(database);
  Directory directory(directory_store, pool, timer);
  Choice choice(RulesOf(config), registry, directory);
  net::TcpDialer dialer(loops.at(0));
  const auto spawn = [&loops](net::Task<void> task) { loops.at(0).Spawn(std::move(task)); };
  Outages outages(config.health, registry, clock);
  Prober prober({outages, dialer, timer, clock, random, spawn}, secret);
  Hints hints({registry, dialer, clock, random, spawn}, config.peers, secret);
  Service service({registry, members, routes, watches, choice, directory, outages, hints, random});

  net::Server server(loops,
                     {config.listen, wire::Service::kTracker, config.name, secret, config.limits},
                     service, clock, random);
  TRY_VOID(server.Start());
  UdpService udp_service(service, directory, clock, config.name, secret);
  UdpServer udp_server(loops.at(0), udp_service);
  TRY_VOID(udp_server.Start(WithPort(config.listen, server.port())));
  const std::string here = wire::AddressForOthers(config.announce, config.listen, server.port());
  directory.OnLoad(
      [&](const DirectoryTables& tables) { hints.AddPeers(OtherTrackers(tables, here)); });
  std::optional<db::Announcement> announcement;
  if (!here.empty())
    announcement.emplace(database, db::AnnouncedService{wire::kTrackerNumber, "tracker", here});
  spawn(members.Run());
  spawn(directory.Run());
  spawn(prober.Run());
  spawn(SweepForEver(registry, watches, timer));
  LogInfo("{} tracks on {}", config.name, config.listen);
  net::WaitForStopSignal();
  loops.at(0).Post([&watches] { watches.Close(); });
  server.Stop();
  loops.Stop();
  return {};
}

}  // namespace
}  // namespace yundisk::tracker

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv,
                             {"trackerd", "Knows which storages live and where file ids belong."},
                             yundisk::tracker::Run);
}
