#include "storage_core/storage/replication.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_future.hpp>

#include "common/base/check.h"
#include "common/base/log.h"

namespace yundisk::storage {
namespace {

std::vector<Member> ToMembers(const client::MemberList& list) {
  std::vector<Member> members;
  for (const client::Member& member : list)
    members.push_back({member.host_name, member.address, member.draining});
  return members;
}

const boost::asio::execution_context* ContextOf(const boost::asio::any_io_executor& executor) {
  return &boost::asio::query(executor, boost::asio::execution::context);
}

}  // namespace

struct Replication::LoopConnections {
  LoopConnections(net::Loop& loop, const Clock& clock, Random& random,
                  const std::optional<wire::Secret>& secret)
      : context(&loop.context()),
        dialer(loop),
        connections(dialer, clock, random, secret, PeerTimeouts{}) {}

  const boost::asio::execution_context* context;
  net::TcpDialer dialer;
  PeerConnections connections;
};

Replication::Replication(const Parts& parts, const Config& config,
                         const std::optional<wire::Secret>& secret)
    : parts_(parts),
      secret_(secret),
      loop_(std::make_unique<net::Loop>("members")),
      positions_(parts.files, config.data_directory),
      dialer_(*loop_) {
  for (std::size_t i = 0; i < parts.loops.size(); ++i) Connect(parts.loops.at(i));
  LoopConnections& following = Connect(*loop_);
  const auto find = [this](const boost::asio::any_io_executor& executor) -> PeerConnections& {
    for (const auto& of_loop : connections_)
      if (of_loop->context == ContextOf(executor)) return of_loop->connections;
    CHECK(false);
  };
  GroupOptions options;
  options.rules = {config.name, config.min_replicas};
  options.copy_wait = config.copy_wait_ms;
  options.min_sync_bytes_per_s = config.min_sync_bytes_per_s;
  group_ = std::make_unique<Group>(parts.engine, std::move(options), find, parts.clock, timer_,
                                   parts.random.Next());
  parts_.engine.OnDamage([this](const std::string& key) { group_->WantSoon(key); });
  catch_up_ =
      std::make_unique<CatchUp>(*group_, following.connections, positions_, CatchUpOptions{});
  mender_ = std::make_unique<Mender>(*group_, *catch_up_);

  // Without a tracker nobody can be told of others either.
  if (!config.replicate || config.cluster.trackers.empty()) {
    group_->peers().SetMembers({});
    return;
  }
  client::MemberWatchOptions watching;
  watching.trackers = [&services = parts.services] { return services.trackers(); };
  watching.group = wire::OptionalTextZ<16>::Unchecked(config.group);
  watching.secret = secret;
  watching.file = config.data_directory + "/members";
  watching.on_change = [this](const client::MemberList& members) { LearnMembers(members); };
  if (auto known = client::ReadMembers(watching.file)) {
    group_->peers().SetMembers(ToMembers(*known));
    watching.known = *std::move(known);
  }
  watch_ = std::make_unique<client::MemberWatch>(std::move(watching), dialer_, timer_, parts.clock,
                                                 parts.random);
}

// The coroutines of the loop, which borrow from us, die with it; the connections that are kept,
// which borrow from the loop, before it.
Replication::~Replication() {
  loop_->Stop();
  for (const auto& of_loop : connections_) of_loop->connections.Close();
  loop_.reset();
}

Replication::LoopConnections& Replication::Connect(net::Loop& loop) {
  return *connections_.emplace_back(
      std::make_unique<LoopConnections>(loop, parts_.clock, parts_.random, secret_));
}

void Replication::Start() {
  loop_->Spawn(catch_up_->Run());
  loop_->Spawn(mender_->Run());
  if (watch_) loop_->Spawn(watch_->Run());
}

Result<void> Replication::Load(bool read_all) {
  return boost::asio::co_spawn(loop_->context(), LoadPositions(read_all), boost::asio::use_future)
      .get();
}

Task<void> Replication::LoadPositions(bool read_all) {
  const Result<void> loaded = co_await positions_.Load();
  if (!loaded) LogWarning("the members' logs are read anew: {}", loaded.error().message());
  if (!read_all) co_return Result<void>();
  positions_.Forget();
  const PeerPositions::Positions none;
  co_return co_await positions_.Save(none);
}

void Replication::Stop() {
  catch_up_->RequestStop();  // the mender may wait for it
  mender_->Stop();
  catch_up_->Stop();
}

// A tracker may know nobody yet, and so may we.
void Replication::LearnMembers(const client::MemberList& members) {
  if (members.empty()) return;
  for (const client::Member& member : members)
    LogInfo("member {} at {}{}", member.host_name, member.address,
            member.draining ? ", draining" : "");
  group_->peers().SetMembers(ToMembers(members));
}

}  // namespace yundisk::storage
