// idserverd: draws unique ids.
#include <optional>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/program.h"
#include "common/base/random.h"
#include "common/database/announcement.h"
#include "common/database/config.h"
#include "common/net/blocking_pool.h"
#include "common/net/server.h"
#include "common/net/stop_signal.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "storage_core/id_server/config.h"
#include "storage_core/id_server/service.h"

namespace yundisk::id_server {
namespace {

// Reservations are rare; more threads would only wait for the same database.
constexpr std::size_t kDatabaseThreads = 4;

Result<void> Run(const ConfigFile& file, const std::string& instance) {
  net::HoldStopSignals();
  TRY(const Config config, file.Load<Config>(instance));
  TRY(const db::Options database_options, db::LoadOptions(file));
  TRY(const auto secret, wire::ClusterSecret(config.cluster));

  db::Pool database(database_options);
  DatabaseBlockStore store(database);
  net::BlockingPool pool(kDatabaseThreads);
  Allocator allocator(
      store, [&pool](std::function<void()> work) { pool.Post(std::move(work)); }, config.allocator);
  Service service(allocator, pool);

  SystemClock clock;
  SystemRandom random;
  net::LoopPool loops(0);
  net::Server server(loops,
                     {config.listen, wire::Service::kIdServer, config.name, secret, config.limits},
                     service, clock, random);
  TRY_VOID(server.Start());
  const std::string here = wire::AddressForOthers(config.announce, config.listen, server.port());
  std::optional<db::Announcement> announcement;
  if (!here.empty())
    announcement.emplace(database, db::AnnouncedService{wire::kIdServerNumber, "id_server", here});
  LogInfo("{} serves ids on {}", config.name, config.listen);
  net::WaitForStopSignal();
  server.Stop();
  return {};
}

}  // namespace
}  // namespace yundisk::id_server

int main(int argc, char** argv) {
  return yundisk::RunProgram(argc, argv, {"idserverd", "Draws ids that are unique everywhere."},
                             yundisk::id_server::Run);
}
