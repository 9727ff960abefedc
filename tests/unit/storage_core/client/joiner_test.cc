// A storage's joiner against a tracker that forgets, refuses and dies, over real sockets.
#include "storage_core/client/joiner.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "common/net/handler.h"
#include "common/net/server.h"
#include "common/net/tcp.h"

namespace yundisk::client {
namespace {

using std::chrono::milliseconds;

wire::Join Self() {
  wire::Join join;
  join.version = wire::TextZ<6>::From("1.0").value();
  join.group = wire::TextZ<16>::From("g1").value();
  join.host_name = wire::TextZ<128>::From("s1").value();
  join.port = 23000;
  join.start_time_s = 100;
  return join;
}

// Writes down what it hears and answers as told.
class FakeTracker final : public net::Handler {
 public:
  struct Heard {
    wire::Command command;
    std::uint64_t join_time_s = 0;
    std::uint64_t free_bytes = 0;
  };

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override {
    Heard heard{request.command()};
    if (request.command() == wire::Command::kJoin) {
      CO_TRY(const wire::Join join, co_await request.Read<wire::Join>());
      heard.join_time_s = join.join_time_s;
    } else if (request.command() == wire::Command::kServices) {
      CO_TRY_VOID(co_await request.Read<wire::Services>());
      CO_TRY_VOID(Note(heard));
      const wire::ServiceLines lines{{"service\t1\ttracker\tt2:1\t1\n"}};
      co_return co_await reply.Send(lines);
    } else {
      CO_TRY(const wire::HeartBeat beat, co_await request.Read<wire::HeartBeat>());
      if (beat.statistics) heard.free_bytes = beat.statistics->free_bytes;
    }
    CO_TRY_VOID(Note(heard));
    co_return co_await reply.Send(wire::Empty{});
  }

  // Waits for the n-th message.
  Heard Wait(std::size_t index) {
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return heard_.size() > index; }));
    return heard_[index];
  }

  // Called with the number of the message; its error is the answer. Set before the server starts.
  std::function<Result<void>(std::size_t index)> answer;

 private:
  Result<void> Note(const Heard& heard) {
    const std::lock_guard lock(mutex_);
    heard_.push_back(heard);
    changed_.notify_all();
    return answer ? answer(heard_.size() - 1) : Result<void>();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Heard> heard_;
};

class JoinerTest : public testing::Test {
 protected:
  std::unique_ptr<net::Server> Serve(const std::string& listen) {
    auto server = std::make_unique<net::Server>(
        server_loops_, net::ServerOptions{listen, wire::Service::kTracker, "t", secret_, {}},
        tracker_, clock_, random_);
    CHECK(server->Start().ok());
    return server;
  }
  JoinerOptions Options() {
    JoinerOptions options;
    options.join = Self();
    options.secret = secret_;
    options.beat_interval = milliseconds(20);
    return options;
  }
  void RunJoiner(JoinerOptions options, std::uint16_t port) {
    joiner_.emplace(std::move(options), dialer_, timer_, clock_, random_);
    loop_.Spawn(joiner_->Run("127.0.0.1:" + std::to_string(port)));
  }
  void TearDown() override { loop_.Stop(); }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  SystemClock clock_;
  SystemRandom random_;
  FakeTracker tracker_;
  net::LoopPool server_loops_{1};
  net::Loop loop_{"joiner"};
  net::TcpDialer dialer_{loop_};
  net::LoopTimer timer_;
  std::optional<Joiner> joiner_;
};

TEST_F(JoinerTest, JoinsThenBeatsWithStatistics) {
  auto options = Options();
  options.statistics = [] { return wire::BeatStatistics{4096, 1, 0}; };
  const auto server = Serve("127.0.0.1:0");
  RunJoiner(std::move(options), server->port());
  EXPECT_EQ(tracker_.Wait(0).command, wire::Command::kJoin);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(tracker_.Wait(i).command, wire::Command::kHeartBeat);
    EXPECT_EQ(tracker_.Wait(i).free_bytes, 4096U);
  }
}

TEST_F(JoinerTest, AsksForServicesFromTheStartOnAndAgain) {
  std::atomic<int> told = 0;
  auto options = Options();
  options.on_services = [&](std::string_view lines) {
    EXPECT_EQ(lines, "service\t1\ttracker\tt2:1\t1\n");
    ++told;
  };
  const auto server = Serve("127.0.0.1:0");
  RunJoiner(std::move(options), server->port());
  EXPECT_EQ(tracker_.Wait(1).command, wire::Command::kServices);
  for (std::size_t i = 2; i < 7; ++i)
    EXPECT_EQ(tracker_.Wait(i).command, wire::Command::kHeartBeat);
  EXPECT_EQ(tracker_.Wait(7).command, wire::Command::kServices);
  EXPECT_GE(told, 1);
}

TEST_F(JoinerTest, JoinsAgainWhenForgottenAndTellsItsFirstJoin) {
  tracker_.answer = [](std::size_t index) -> Result<void> {
    if (index == 2) return Error(Code::kUnknownNode, "who?");
    return {};
  };
  std::atomic<std::uint64_t> first_join = 0;
  auto options = Options();
  options.on_first_join = [&](std::uint64_t time_s) { first_join = time_s; };
  const auto server = Serve("127.0.0.1:0");
  RunJoiner(std::move(options), server->port());
  EXPECT_EQ(tracker_.Wait(0).join_time_s, 0U);
  EXPECT_EQ(tracker_.Wait(3).command, wire::Command::kJoin);
  EXPECT_NE(first_join, 0U);
  EXPECT_EQ(tracker_.Wait(3).join_time_s, first_join);
  EXPECT_EQ(tracker_.Wait(4).command, wire::Command::kHeartBeat);
}

TEST_F(JoinerTest, TriesAgainWhenRefused) {
  tracker_.answer = [](std::size_t index) -> Result<void> {
    if (index < 2) return Error(Code::kInternal, "not now");
    return {};
  };
  const auto server = Serve("127.0.0.1:0");
  RunJoiner(Options(), server->port());
  EXPECT_EQ(tracker_.Wait(2).command, wire::Command::kJoin);
  EXPECT_EQ(tracker_.Wait(3).command, wire::Command::kHeartBeat);
}

TEST_F(JoinerTest, OutlivesItsTracker) {
  auto server = Serve("127.0.0.1:0");
  const std::uint16_t port = server->port();
  RunJoiner(Options(), port);
  EXPECT_EQ(tracker_.Wait(1).command, wire::Command::kHeartBeat);
  server.reset();
  server = Serve("127.0.0.1:" + std::to_string(port));
  for (std::size_t i = 2;; ++i)
    if (tracker_.Wait(i).command == wire::Command::kJoin) break;
}

TEST_F(JoinerTest, LeavesATrackerThatIsNotKnownAnyMoreOnceItIsGone) {
  std::atomic<bool> known = true;
  auto options = Options();
  options.is_known = [&](const std::string&) { return known.load(); };
  auto server = Serve("127.0.0.1:0");
  joiner_.emplace(std::move(options), dialer_, timer_, clock_, random_);
  std::promise<void> ended;
  const std::string address = "127.0.0.1:" + std::to_string(server->port());
  loop_.Spawn([](Joiner& joiner, std::string to, std::promise<void>& done) -> net::Task<void> {
    co_await joiner.Run(std::move(to));
    done.set_value();
  }(*joiner_, address, ended));
  known = false;
  EXPECT_EQ(tracker_.Wait(3).command, wire::Command::kHeartBeat) << "it answers, so it goes on";
  server.reset();
  EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

}  // namespace
}  // namespace yundisk::client
