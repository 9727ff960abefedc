#include "tests/simulation/cluster_processes.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace yundisk::simulation {
namespace {

constexpr std::chrono::milliseconds kSweepInterval{250};
constexpr std::chrono::milliseconds kLater{2};
constexpr std::uint16_t kPort = 23000;

storage::LocalOptions Options() {
  storage::LocalOptions options;
  options.folder = "/data";
  options.large_object_bytes = 4000;
  options.min_free_bytes = 0;
  options.compaction_garbage_percent = 30;
  options.verify_max_age = std::chrono::seconds(10);
  options.log = {.volume_bytes = 24 << 10, .prepare_bytes = 8 << 10};
  return options;
}

}  // namespace

Process::Process(const Ground& ground, const Clock& clock, std::string address)
    : ground_(ground),
      clock_(clock),
      address_(std::move(address)),
      dialer_(ground.network.DialerOf(MachineOf(address_), life_)) {}

void Process::Kill(SimulatedNetwork::End end) {
  *life_ = false;
  ground_.network.Down(MachineOf(address_), end);
  OnKill();
}

void Process::Spawn(net::Task<void> task) {
  boost::asio::co_spawn(ground_.scheduler.executor(), std::move(task), boost::asio::detached);
}

void Process::Serve(wire::Service service, net::Handler& handler) {
  options_.service = service;
  options_.node = address_;
  const auto run = [](Process& process, std::unique_ptr<net::Stream> stream,
                      net::Handler& of) -> net::Task<void> {
    net::Connection connection(std::move(stream), process.options_, of, process.clock_,
                               process.ground_.random);
    co_await connection.Run();
  };
  ground_.network.Up(address_, [this, &handler, run](std::unique_ptr<net::Stream> stream) {
    Spawn(run(*this, std::move(stream), handler));
  });
}

TrackerProcess::TrackerProcess(const Ground& ground, const Clock& clock, const std::string& address,
                               const std::vector<std::string>& peers)
    : Process(ground, clock, address),
      registry_({}, clock),
      members_(registry_, ground.database.members, ground.scheduler, timer_),
      routes_(ground.database.routes, ground.scheduler),
      watches_(registry_, clock),
      directory_(ground.database.directory, ground.scheduler, timer_),
      choice_({}, registry_, directory_),
      outages_({}, registry_, clock),
      prober_({outages_, *dialer_, timer_, clock, ground.random, spawn_}, std::nullopt),
      hints_({registry_, *dialer_, clock, ground.random, spawn_}, peers, std::nullopt),
      service_({registry_, members_, routes_, watches_, choice_, directory_, outages_, hints_,
                ground.random}),
      udp_service_(service_, directory_, clock, address, std::nullopt) {
  Serve(wire::Service::kTracker, service_);
  ground.network.Hear(address, [this](Bytes packet, const std::string& from) {
    Spawn(AnswerPacket(std::move(packet), from));
  });
  Spawn(members_.Run());
  Spawn(directory_.Run());
  Spawn(prober_.Run());
  Spawn(SweepForEver());
}

net::Task<void> TrackerProcess::SweepForEver() {
  while (true) {
    registry_.Sweep();
    watches_.Sweep();
    co_await timer_.Sleep(kSweepInterval);
  }
}

net::Task<void> TrackerProcess::AnswerPacket(Bytes packet, std::string from) {
  const std::string client = MachineOf(from);
  const Bytes answer = co_await udp_service_.Answer(packet, client);
  if (!answer.empty() && !dead()) ground_.network.Send(address_, from, answer);
}

IdServerProcess::IdServerProcess(const Ground& ground, const Clock& clock,
                                 const std::string& address,
                                 const id_server::AllocatorOptions& options)
    : Process(ground, clock, address),
      allocator_(
          ground.database.blocks, [this](std::function<void()> work) { Later(std::move(work)); },
          options),
      service_(allocator_, ground.scheduler) {
  Serve(wire::Service::kIdServer, service_);
}

void IdServerProcess::Later(std::function<void()> work) {
  ground_.scheduler.After(kLater, std::move(work), life_);
}

client::JoinerOptions JoinAs(const Machine& machine) {
  client::JoinerOptions options;
  options.join.version = wire::TextZ<6>::Unchecked("0.1.0");
  options.join.group = wire::TextZ<16>::Unchecked(machine.group);
  options.join.host_name = wire::TextZ<128>::Unchecked(machine.name);
  options.join.port = kPort;
  options.join.start_time_s = SecondsSince1970(machine.clock.Now());
  options.join.join_time_s = machine.joined_at_s;
  return options;
}

StorageProcess::StorageProcess(const Ground& ground, Machine& machine, const StorageRules& rules)
    : Process(ground, machine.clock, machine.address),
      machine_(machine),
      rules_(rules),
      files_(machine.disk, ground.scheduler, machine.clock),
      index_(machine.flushed),
      connections_(*dialer_, machine.clock, ground.random, std::nullopt, storage::PeerTimeouts{}),
      positions_(files_, "/data") {}

storage::Task<void> StorageProcess::Start() {
  const storage::LocalEnvironment environment{
      files_,         files_, ground_.scheduler, ground_.scheduler.executor(), machine_.clock,
      ground_.random, index_};
  const storage::LocalOptions options = Options();
  auto opened = co_await storage::LocalEngine::Open(environment, options);
  if (dead()) co_return Result<void>();
  if (!opened) co_return opened.error();
  local_ = *std::move(opened);
  PutTogether();
  static_cast<void>(co_await positions_.Load());
  static_cast<void>(co_await local_->Sweep());
  if (dead()) co_return Result<void>();
  if (local_->recovery().damaged_regions != 0) {
    const storage::PeerPositions::Positions none;
    positions_.Forget();
    static_cast<void>(co_await positions_.Save(none));
    if (dead()) co_return Result<void>();
  }
  service_ = std::make_unique<storage::Service>(*replicated_, *group_, *mender_);
  Serve(wire::Service::kStorage, *service_);
  Spawn(catch_up_->Run());
  Spawn(mender_->Run());
  Join();
  co_return Result<void>();
}

void StorageProcess::PutTogether() {
  storage::GroupOptions options;
  options.rules = {machine_.name, rules_.min_replicas};
  const auto connections =
      [this](const boost::asio::any_io_executor&) -> storage::PeerConnections& {
    return connections_;
  };
  group_ = std::make_unique<storage::Group>(*local_, options, connections, clock_, undying_timer_,
                                            ground_.random.Next());
  catch_up_ = std::make_unique<storage::CatchUp>(*group_, connections_, positions_,
                                                 storage::CatchUpOptions{});
  mender_ = std::make_unique<storage::Mender>(*group_, *catch_up_);
  replicated_ = std::make_unique<storage::ReplicatedEngine>(*group_);
  if (!machine_.members.empty()) Learn(machine_.members);
  local_->OnDamage([this](const std::string& key) { group_->WantSoon(key); });
}

void StorageProcess::Join() {
  client::JoinerOptions joining = JoinAs(machine_);
  joining.statistics = [this] {
    return wire::BeatStatistics{local_->free_bytes(), local_->object_bytes(),
                                service_->in_flight()};
  };
  joining.on_first_join = [this](std::uint64_t time_s) { machine_.joined_at_s = time_s; };
  joiner_ = std::make_unique<client::Joiner>(std::move(joining), *dialer_, timer_, clock_,
                                             ground_.random);
  for (const std::string& tracker : rules_.trackers) Spawn(joiner_->Run(tracker));
  client::MemberWatchOptions watching;
  watching.trackers = [this] { return rules_.trackers; };
  watching.group = wire::OptionalTextZ<16>::Unchecked(machine_.group);
  watching.known = machine_.members;
  watching.on_change = [this](const client::MemberList& members) {
    if (!members.empty() && !dead()) Learn(machine_.members = members);
  };
  watch_ = std::make_unique<client::MemberWatch>(std::move(watching), *dialer_, timer_, clock_,
                                                 ground_.random);
  Spawn(watch_->Run());
}

void StorageProcess::Learn(const client::MemberList& members) {
  std::vector<storage::Member> others;
  for (const client::Member& member : members)
    others.push_back({member.host_name, member.address, member.draining});
  group_->peers().SetMembers(others);
}

bool StorageProcess::InStep(std::size_t others) const {
  return serves() && group_->peers().Others().size() == others && group_->peers().InStep();
}

void StorageProcess::OnKill() {
  files_.Kill();
  if (catch_up_) catch_up_->RequestStop();
  if (mender_) mender_->RequestStop();
}

}  // namespace yundisk::simulation
