// Probes of storages that are out, over real sockets.
#include "storage_core/tracker/prober.h"

#include <future>

#include <gtest/gtest.h>

#include "common/net/server.h"
#include "common/net/tcp.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

// Answers command 76 as told.
class Storage final : public net::Handler {
 public:
  net::Task<Result<void>> Handle(net::Request&, net::Reply& reply) override {
    if (asked++ == 0) co_return Error(Code::kInternal, "not yet");
    const wire::StatisticsText text{{"objects\t0\n"}};
    co_return co_await reply.Send(text);
  }
  int asked = 0;
};

// Tells when a node is offered again.
class Listener final : public RegistryListener {
 public:
  explicit Listener(const Registry& registry) : registry_(registry) {}
  void OnChange(const NodeName& name, RegistryChange change) override {
    if (change == RegistryChange::kOffered && !registry_.nodes().at(name).out) back.set_value();
  }
  std::promise<void> back;

 private:
  const Registry& registry_;
};

TEST(Prober, ProbesUntilTheStorageAnswers) {
  const std::optional<wire::Secret> secret = wire::Secret{std::byte{7}};
  SystemClock clock;
  SystemRandom random;
  Storage storage;
  net::LoopPool server_loops(1);
  net::Server server(server_loops, {"127.0.0.1:0", wire::Service::kStorage, "s", secret, {}},
                     storage, clock, random);
  ASSERT_TRUE(server.Start().ok());
  Registry registry({std::chrono::hours(1), {}}, clock);
  ASSERT_TRUE(registry.Join(JoinOf("g1", "a", 100, server.port()), "127.0.0.1").ok());
  ASSERT_TRUE(registry.Join(JoinOf("g1", "b", 100, 1), "127.0.0.1").ok());
  ASSERT_TRUE(registry.Beat(BeatOf("g1", "a"), "127.0.0.1").ok());
  ASSERT_TRUE(registry.Beat(BeatOf("g1", "b"), "127.0.0.1").ok());
  Outages outages({}, registry, clock);
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  outages.Report({"g1", address, "c", wire::CallOutcome::kFailed, 5});
  ASSERT_TRUE(registry.nodes().at({"g1", "a"}).out);

  Listener listener(registry);
  registry.AddListener(listener);
  net::Loop loop("prober");
  net::TcpDialer dialer(loop);
  net::LoopTimer timer;
  const auto spawn = [&loop](net::Task<void> task) { loop.Spawn(std::move(task)); };
  Prober prober({outages, dialer, timer, clock, random, spawn}, secret);
  loop.Spawn(prober.Run());
  EXPECT_EQ(listener.back.get_future().wait_for(std::chrono::seconds(15)),
            std::future_status::ready);
  loop.Stop();
  EXPECT_EQ(storage.asked, 2);
}

}  // namespace
}  // namespace yundisk::tracker
