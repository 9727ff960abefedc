// account: registration, signing in and out, the password. With --create-admin NAME it makes the
// first administrator instead, prints the one-time password, and ends; when there is one already it
// prints nothing.
#include <cstdio>

#include "cgi/account/endpoint.h"
#include "cgi/disk/endpoint_config.h"
#include "common/base/program.h"
#include "common/database/config.h"
#include "common/fastcgi/server.h"
#include "common/redis/redis.h"
#include "storage_core/client/config.h"

namespace yundisk::account {
namespace {

Result<void> CreateAdmin(disk::Accounts& accounts, const std::string& name, Random& random) {
  TRY(const disk::Username username, disk::Username::Parse(name));
  TRY(const auto password, accounts.CreateFirstAdmin(username, random));
  if (password) std::printf("%s\n", password->c_str());
  return {};
}

Result<void> Run(const ConfigFile& file, const std::string& instance,
                 const std::string& admin_name) {
  fcgi::TakeOverSignals();
  TRY(const disk::EndpointConfig config, file.Load<disk::EndpointConfig>(instance));
  TRY(const db::Options database_options, db::LoadOptions(file));
  TRY(const disk::Stamps stamps, disk::Stamps::Open(config.web.stamps_file));
  TRY(metrics::Registry metrics, metrics::Registry::Open(config.metrics.file));
  const SystemClock clock;
  SystemRandom random;
  db::Pool database(database_options);
  redis::Client redis(config.redis.options);
  client::Cluster cluster(client::OptionsFrom(config.cluster));
  disk::ClusterObjectStore ids(cluster);
  disk::PasswordDeriver passwords({config.web.password_memory_kib, config.web.password_passes},
                                  random);
  disk::Accounts accounts(database, ids, passwords, stamps, clock,
                          {config.web.registration == "open", config.web.default_quota_bytes});
  if (!admin_name.empty()) return CreateAdmin(accounts, admin_name, random);

  disk::Sessions sessions(database, redis, stamps, clock, random, config.web.session_ttl);
  const disk::Authenticator authenticator(sessions);
  disk::SignInThrottle throttle(redis, clock);
  return fcgi::Serve(
      {.program = "account", .threads = config.web.threads, .listen_socket = 0},
      MakeRouter({accounts, sessions, authenticator, throttle, config.web.session_ttl}), metrics);
}

}  // namespace
}  // namespace yundisk::account

int main(int argc, char** argv) {
  std::string admin_name;
  const yundisk::ProgramInfo info{
      "account",
      "Registration, signing in and out, the password.",
      {{"--create-admin", &admin_name,
        "Make the first administrator with this name, print the one-time password, and end"}}};
  return yundisk::RunProgram(argc, argv, info,
                             [&](const yundisk::ConfigFile& file, const std::string& instance) {
                               return yundisk::account::Run(file, instance, admin_name);
                             });
}
