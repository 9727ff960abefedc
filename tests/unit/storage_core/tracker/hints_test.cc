// Hints from one tracker to another, over real sockets.
#include "storage_core/tracker/hints.h"

#include <condition_variable>
#include <memory>
#include <mutex>

#include <gtest/gtest.h>

#include "common/net/server.h"
#include "common/net/tcp.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

constexpr std::string_view kIp = "10.0.0.1";

// Writes down the hints it gets.
class Peer final : public net::Handler {
 public:
  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override {
    CO_TRY(const wire::Hint hint, co_await request.Read<wire::Hint>());
    Note(hint);
    co_return co_await reply.Send(wire::Empty{});
  }
  // Waits for the n-th hint.
  wire::Hint Wait(std::size_t index) {
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return hints_.size() > index; }));
    return hints_[index];
  }

 private:
  void Note(const wire::Hint& hint) {
    const std::lock_guard lock(mutex_);
    hints_.push_back(hint);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<wire::Hint> hints_;
};

class HintsTest : public testing::Test {
 protected:
  std::unique_ptr<net::Server> Serve(const std::string& listen) {
    auto server = std::make_unique<net::Server>(
        server_loops_, net::ServerOptions{listen, wire::Service::kTracker, "t", secret_, {}}, peer_,
        system_clock_, random_);
    CHECK(server->Start().ok());
    return server;
  }
  void Start(std::uint16_t port) {
    const Hints::Parts parts{registry_, dialer_, system_clock_, random_,
                             [this](net::Task<void> task) { loop_.Spawn(std::move(task)); }};
    hints_.emplace(parts, std::vector{"127.0.0.1:" + std::to_string(port)}, secret_);
  }
  void OnLoop(std::function<void()> work) { loop_.Post(std::move(work)); }
  void Join(std::uint64_t start_s) {
    OnLoop([this, start_s] { CHECK(registry_.Join(JoinOf("g1", "a", start_s), kIp).ok()); });
  }
  void TearDown() override { loop_.Stop(); }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  FakeClock clock_;
  SystemClock system_clock_;
  SystemRandom random_;
  Peer peer_;
  net::LoopPool server_loops_{1};
  net::Loop loop_{"hints"};
  net::TcpDialer dialer_{loop_};
  Registry registry_{{}, clock_};
  std::optional<Hints> hints_;
};

TEST_F(HintsTest, JoinsSilenceAndMembersAreTold) {
  const auto server = Serve("127.0.0.1:0");
  Start(server->port());
  Join(100);
  const wire::Hint joined = peer_.Wait(0);
  EXPECT_EQ(joined.kind, static_cast<std::uint8_t>(wire::HintKind::kJoined));
  EXPECT_EQ(joined.group.view(), "g1");
  EXPECT_EQ(joined.host_name.view(), "a");
  EXPECT_EQ(joined.address.view(), "10.0.0.1:23000");
  EXPECT_EQ(joined.start_time_s, 100U);
  OnLoop([this] {
    clock_.Pass(std::chrono::milliseconds(3000));
    registry_.Sweep();
    hints_->MembersChanged({"g1", "gone"});
  });
  EXPECT_EQ(peer_.Wait(1).kind, static_cast<std::uint8_t>(wire::HintKind::kOffline));
  const wire::Hint members = peer_.Wait(2);
  EXPECT_EQ(members.kind, static_cast<std::uint8_t>(wire::HintKind::kMembers));
  EXPECT_EQ(members.host_name.view(), "gone");
  EXPECT_TRUE(members.address.empty());
}

TEST_F(HintsTest, APeerThatIsAddedLaterIsTold) {
  const auto server = Serve("127.0.0.1:0");
  Start(1);  // nobody is there
  OnLoop([this, port = server->port()] {
    for (int i = 0; i < 2; ++i) hints_->AddPeers({"127.0.0.1:" + std::to_string(port)});
    hints_->MembersChanged({"g1", "first"});
    hints_->MembersChanged({"g1", "second"});
  });
  EXPECT_EQ(peer_.Wait(0).host_name.view(), "first");
  EXPECT_EQ(peer_.Wait(1).host_name.view(), "second");
}

TEST_F(HintsTest, APeerThatStartedAgainHearsTheNextOne) {
  auto server = Serve("127.0.0.1:0");
  const std::uint16_t port = server->port();
  Start(port);
  Join(100);
  EXPECT_EQ(peer_.Wait(0).start_time_s, 100U);
  server.reset();
  server = Serve("127.0.0.1:" + std::to_string(port));
  Join(101);
  EXPECT_EQ(peer_.Wait(1).start_time_s, 101U);
}

}  // namespace
}  // namespace yundisk::tracker
