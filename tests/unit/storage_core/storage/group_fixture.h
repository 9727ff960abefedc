// Members of one group on simulated machines and a simulated network, for tests of what they do
// together. Every call runs the machines until it has its answer.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/net/connection.h"
#include "storage_core/storage/catch_up.h"
#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "storage_core/storage/replicated_engine.h"
#include "storage_core/storage/service.h"
#include "tests/simulation/content.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/unit/storage_core/storage/engine_fixture.h"

namespace yundisk::storage {

class GroupFixture : public testing::Test {
 protected:
  ~GroupFixture() override {
    for (auto& [name, machine] : machines_) Stop(name);
    scheduler_.RunAll();
  }

  // Makes the machines and waits until all are in step.
  void StartAll(const std::vector<std::string>& names, std::size_t min_replicas = 0) {
    min_replicas_ = min_replicas;
    for (const std::string& name : names) machines_[name] = std::make_unique<Machine>();
    for (const std::string& name : names) Start(name);
    AwaitInStep();
  }
  void Start(const std::string& name) {
    Machine& machine = *machines_.at(name);
    machine.life = std::make_unique<Life>(*this, name);
    const Result<void> opened = Await(Open(machine));
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    Life& life = *machine.life;
    network_.Up(name, [this, &life](std::unique_ptr<net::Stream> stream) {
      boost::asio::co_spawn(scheduler_.executor(), Serve(life, std::move(stream)),
                            boost::asio::detached);
    });
    boost::asio::co_spawn(scheduler_.executor(), life.catch_up->Run(), boost::asio::detached);
    boost::asio::co_spawn(scheduler_.executor(), life.mender->Run(), boost::asio::detached);
  }
  // As kill -9 does.
  void Stop(const std::string& name) {
    Machine& machine = *machines_.at(name);
    if (!machine.life) return;
    machine.life->files.Kill();
    network_.Down(name);
    machine.life->catch_up->RequestStop();
    machine.life->mender->RequestStop();
    gone_.push_back(std::move(machine.life));
  }
  // As SIGTERM does.
  void StopCleanly(const std::string& name) {
    Life& life = *machines_.at(name)->life;
    life.catch_up->RequestStop();
    scheduler_.RunUntil([&life] { return life.catch_up->ended(); });
    Stop(name);
  }
  void LoseDisk(const std::string& name) {
    Stop(name);
    machines_.at(name)->disk = simulation::SimulatedDisk(simulation::DiskBug::kNone);
    machines_.at(name)->flushed = {};
  }

  bool AllInStep() {
    for (const auto& [name, machine] : machines_)
      if (machine->life && !machine->life->group->peers().InStep()) return false;
    return true;
  }
  void AwaitInStep() {
    scheduler_.RunUntil([this] { return AllInStep(); });
    ASSERT_TRUE(AllInStep());
  }
  void Pass(std::chrono::milliseconds time) {
    const SteadyTime until = clock_.Steady() + time;
    scheduler_.RunUntil([this, until] { return clock_.Steady() >= until; });
  }

  Result<void> Put(const std::string& at, std::string_view id, const Bytes& content) {
    simulation::MemorySource source(content);
    const ObjectKey key = Key(id);
    return Await(engine(at).Put(key, content.size(), source));
  }
  Result<Bytes> Get(const std::string& at, std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(simulation::ReadAll(engine(at), key, {}));
  }
  Result<void> Remove(const std::string& at, std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(engine(at).Remove(key));
  }
  template <typename T>
  static Code CodeOf(const Result<T>& result) {
    EXPECT_FALSE(result.ok());
    return result ? Code::kInternal : result.error().code();
  }

  template <typename T>
  Result<T> Await(Task<T> task) {
    std::optional<Result<T>> result;
    const auto run = [](Task<T> inner,
                        std::optional<Result<T>>& out) -> boost::asio::awaitable<void> {
      out.emplace(co_await std::move(inner));
    };
    boost::asio::co_spawn(scheduler_.executor(), run(std::move(task), result),
                          boost::asio::detached);
    scheduler_.RunUntil([&result] { return result.has_value(); });
    EXPECT_TRUE(result.has_value()) << "the task never ended";
    return *std::move(result);
  }

  Engine& engine(const std::string& at) { return *machines_.at(at)->life->replicated; }
  LocalEngine& local(const std::string& at) { return *machines_.at(at)->life->local; }
  Mender& mender(const std::string& at) { return *machines_.at(at)->life->mender; }
  Group& group(const std::string& at) { return *machines_.at(at)->life->group; }
  simulation::SimulatedDisk& disk(const std::string& at) { return machines_.at(at)->disk; }

  struct Life {
    Life(GroupFixture& test, const std::string& name)
        : files(test.machines_.at(name)->disk, test.scheduler_, test.clock_),
          index(test.machines_.at(name)->flushed),
          dialer(test.network_.DialerOf(name)),
          connections(*dialer, test.clock_, test.random_, std::nullopt, PeerTimeouts{}),
          positions(files, "/data") {
      options.service = wire::Service::kStorage;
      options.node = name;
    }
    simulation::SimulatedFileSystem files;
    MemoryIndex index;
    std::unique_ptr<net::Dialer> dialer;
    PeerConnections connections;
    PeerPositions positions;
    std::unique_ptr<LocalEngine> local;
    std::unique_ptr<Group> group;
    std::unique_ptr<CatchUp> catch_up;
    std::unique_ptr<Mender> mender;
    std::unique_ptr<ReplicatedEngine> replicated;
    std::unique_ptr<Service> service;
    net::ServerOptions options;
  };
  struct Machine {
    simulation::SimulatedDisk disk{simulation::DiskBug::kNone};
    MemoryIndexContent flushed{};
    std::unique_ptr<Life> life{};
  };

  Task<void> Open(Machine& machine) {
    Life& life = *machine.life;
    const LocalEnvironment environment{life.files, life.files, scheduler_, scheduler_.executor(),
                                       clock_,     random_,    life.index};
    LocalOptions local_options;
    local_options.folder = "/data";
    local_options.large_object_bytes = 10'000;
    local_options.min_free_bytes = 0;
    local_options.log = {.volume_bytes = 64 << 10, .prepare_bytes = 16 << 10};
    CO_TRY(life.local, co_await LocalEngine::Open(environment, local_options));
    GroupOptions options;
    options.rules = {life.options.node, min_replicas_};
    options.max_wanted = max_wanted_;
    const auto connections = [&life](const boost::asio::any_io_executor&) -> PeerConnections& {
      return life.connections;
    };
    life.group =
        std::make_unique<Group>(*life.local, options, connections, clock_, timer_, random_.Next());
    std::vector<Member> members;
    for (const auto& [name, unused] : machines_) members.push_back({name, name});
    life.group->peers().SetMembers(members);
    Group& group = *life.group;
    life.local->OnDamage([&group](const std::string& key) { group.WantSoon(key); });
    CO_TRY_VOID(co_await life.positions.Load());
    life.catch_up =
        std::make_unique<CatchUp>(*life.group, life.connections, life.positions, CatchUpOptions{});
    life.mender = std::make_unique<Mender>(*life.group, *life.catch_up);
    life.replicated = std::make_unique<ReplicatedEngine>(*life.group);
    life.service = std::make_unique<Service>(*life.replicated, *life.group, *life.mender);
    co_return Result<void>();
  }
  net::Task<void> Serve(Life& life, std::unique_ptr<net::Stream> stream) {
    net::Connection connection(std::move(stream), life.options, *life.service, clock_, random_);
    co_await connection.Run();
  }

  simulation::VirtualClock clock_;
  simulation::SeededRandom random_{1};
  simulation::Scheduler scheduler_{clock_, random_};
  simulation::SimulatedNetwork network_{scheduler_, clock_, random_};
  simulation::SimulatedTimer timer_{scheduler_};
  std::size_t min_replicas_ = 0;
  std::size_t max_wanted_ = GroupOptions{}.max_wanted;
  std::map<std::string, std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<Life>> gone_;
};

}  // namespace yundisk::storage
