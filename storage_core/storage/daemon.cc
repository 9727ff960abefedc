#include "storage_core/storage/daemon.h"

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/net/loop.h"
#include "common/net/server.h"
#include "common/net/tcp.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "storage_core/client/joiner.h"
#include "storage_core/client/known_services.h"
#include "storage_core/storage/folder_lock.h"
#include "storage_core/storage/http/server.h"
#include "storage_core/storage/join_time.h"
#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/real_file_system.h"
#include "storage_core/storage/replicated_engine.h"
#include "storage_core/storage/replication.h"
#include "storage_core/storage/rocksdb_index.h"
#include "storage_core/storage/service.h"
#include "storage_core/storage/upkeep.h"

namespace yundisk::storage {
namespace {

constexpr std::string_view kVersion = "0.1.0";

// Runs the task on the loop and waits for it.
template <typename T>
Result<T> Await(net::Loop& loop, Task<T> task) {
  std::optional<Result<T>> result;
  const auto run = [&result](Task<T> inner) -> boost::asio::awaitable<void> {
    result.emplace(co_await std::move(inner));
  };
  boost::asio::co_spawn(loop.context(), run(std::move(task)), boost::asio::use_future).get();
  return *std::move(result);
}

LocalOptions ToOptions(const Config& config) {
  LocalOptions options;
  options.folder = config.data_directory;
  options.spool_folder = config.spool_directory;
  options.node_name = config.data_directory.substr(config.data_directory.rfind('/') + 1);
  options.large_object_bytes = config.large_object_bytes;
  options.min_free_bytes = config.min_free_bytes;
  options.verify_max_age = config.verify_max_age_s;
  options.compaction_garbage_percent = config.compaction_garbage_percent;
  options.log = {config.volume_bytes, config.prepare_bytes};
  return options;
}

Result<void> Check(const Config& config) {
  const std::string& folder = config.data_directory;
  if (folder.empty() || folder.front() != '/' || folder.back() == '/')
    return Error::Make(Code::kBadRequest,
                       "storage.data_directory is '{}', but must be an absolute path without a "
                       "slash at its end",
                       folder);
  return {};
}

// The engine and what it stands on, started and stopped together.
class Store {
 public:
  static Result<std::unique_ptr<Store>> Open(const Config& config, Clock& clock, Random& random) {
    std::unique_ptr<Store> store(new Store(config.disk_threads));
    TRY(store->index_, RocksDbIndex::Open(config.data_directory + "/index"));
    const LocalEnvironment environment{store->files_, store->committer_files_,
                                       store->pool_,  store->committer_.context().get_executor(),
                                       clock,         random,
                                       *store->index_};
    TRY(store->engine_,
        Await(store->committer_, LocalEngine::Open(environment, ToOptions(config))));
    return store;
  }

  LocalEngine& engine() { return *engine_; }
  FileSystem& files() { return files_; }
  Result<void> Close() { return Await(committer_, engine_->Close()); }

 private:
  explicit Store(std::size_t disk_threads)
      : pool_(disk_threads), files_(&pool_), committer_files_(nullptr), committer_("committer") {}

  net::BlockingPool pool_;
  RealFileSystem files_;
  RealFileSystem committer_files_;
  std::unique_ptr<RocksDbIndex> index_;
  net::Loop committer_;
  std::unique_ptr<LocalEngine> engine_;
};

// Keeps the storage known to its trackers while it lives.
class Membership {
 public:
  // Joins the trackers that are known, and those that they tell of later. Borrows all but the
  // options.
  Membership(client::JoinerOptions options, client::KnownServices& services, const Clock& clock,
             Random& random)
      : services_(services), joiner_(Learning(std::move(options)), dialer_, timer_, clock, random) {
    loop_->Post([this] { JoinNew(); });
  }
  // The loop dies before what its coroutines borrow.
  ~Membership() { loop_.reset(); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  client::JoinerOptions Learning(client::JoinerOptions options) {
    options.on_services = [this](std::string_view lines) {
      services_.Learn(lines);
      JoinNew();
    };
    options.is_known = [this](const std::string& tracker) {
      const std::vector<std::string> known = services_.trackers();
      return std::ranges::find(known, tracker) != known.end();
    };
    return options;
  }
  // These two on the loop.
  void JoinNew() {
    for (const std::string& tracker : services_.trackers())
      if (joined_.insert(tracker).second) loop_->Spawn(StayJoined(tracker));
  }
  net::Task<void> StayJoined(std::string tracker) {
    co_await joiner_.Run(tracker);
    joined_.erase(tracker);
  }

  client::KnownServices& services_;
  std::set<std::string> joined_;
  std::unique_ptr<net::Loop> loop_ = std::make_unique<net::Loop>("trackers");
  net::TcpDialer dialer_{*loop_};
  net::LoopTimer timer_;
  client::Joiner joiner_;
};

Result<client::JoinerOptions> JoinAs(const Config& config, std::uint16_t port, const Clock& clock,
                                     const std::optional<wire::Secret>& secret) {
  client::JoinerOptions options;
  TRY(options.join.version, wire::TextZ<6>::From(kVersion));
  TRY(options.join.group, wire::TextZ<16>::From(config.group));
  TRY(options.join.host_name, wire::TextZ<128>::From(config.name));
  options.join.port = port;
  options.join.start_time_s = SecondsSince1970(clock.Now());
  const std::string file = config.data_directory + "/joined";
  options.join.join_time_s = ReadJoinTime(file);
  options.secret = secret;
  options.on_first_join = [file](std::uint64_t time_s) { WriteJoinTime(file, time_s); };
  return options;
}

wire::BeatStatistics BeatStatisticsOf(const LocalEngine& engine, const Service& service,
                                      const Group& group) {
  wire::BeatStatistics statistics{engine.free_bytes(), engine.object_bytes(), service.in_flight()};
  if (!group.peers().Alone()) {
    const Lag behind = group.Behind();
    statistics.lag = wire::BeatLag{behind.changes, behind.seconds};
  }
  return statistics;
}

// Null when the configuration names no HTTP port.
Result<std::unique_ptr<HttpServer>> StartHttp(const Config& config, net::LoopPool& loops,
                                              const std::optional<wire::Secret>& secret,
                                              Engine& engine, const Clock& clock) {
  if (config.http.listen.empty()) return std::unique_ptr<HttpServer>();
  if (!secret)
    return Error(Code::kBadRequest,
                 "storage.http_listen needs cluster.auth = \"secret\": addresses are signed with a "
                 "key made from the secret");
  auto server = std::make_unique<HttpServer>(loops, config.http, *secret, engine, clock,
                                             config.limits.drain_timeout_s);
  TRY_VOID(server->Start());
  LogInfo("HTTP on {}", config.http.listen);
  return server;
}

}  // namespace

Result<void> RunDaemon(const Config& config, const std::function<void()>& wait) {
  TRY_VOID(Check(config));
  TRY(const auto secret, wire::ClusterSecret(config.cluster));
  TRY(const FolderLock lock, FolderLock::Take(config.data_directory));
  SystemClock clock;
  SystemRandom random;
  TRY(const auto store, Store::Open(config, clock, random));
  LocalEngine& engine = store->engine();

  net::LoopPool loops(config.threads);
  const RecoveryReport& found = engine.recovery();
  client::KnownServices services(config.cluster.trackers, config.cluster.id_servers);
  Replication replication({engine, store->files(), loops, clock, random, services}, config, secret);
  TRY_VOID(replication.Load(found.damaged_regions != 0));
  ReplicatedEngine replicated(replication.group());
  Service service(replicated, replication.group(), replication.mender());
  net::Server server(loops,
                     {config.listen, wire::Service::kStorage, config.name, secret, config.limits},
                     service, clock, random);
  TRY_VOID(server.Start());
  TRY(const auto http, StartHttp(config, loops, secret, replicated, clock));
  if (http) service.set_http_port(http->port());
  TRY(client::JoinerOptions joining, JoinAs(config, server.port(), clock, secret));
  joining.statistics = [&] { return BeatStatisticsOf(engine, service, replication.group()); };
  LogInfo("{} of group {} serves {} objects on {}", config.name, config.group, engine.objects(),
          config.listen);

  replication.Start();
  net::LoopTimer timer;
  Upkeep upkeep(engine, timer, clock, {config.scrub_bytes_per_s, config.index_flush_interval_s});
  net::Loop upkeep_loop("upkeep");
  upkeep_loop.Spawn(upkeep.Run());
  {
    const Membership membership(std::move(joining), services, clock, random);
    wait();
  }
  if (http) http->Stop();
  server.Stop();
  upkeep.Stop();
  replication.Stop();
  loops.Stop();
  return store->Close();
}

}  // namespace yundisk::storage
