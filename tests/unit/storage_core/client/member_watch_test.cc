// A watch of members against trackers that answer, fail and go away, over real sockets.
#include "storage_core/client/member_watch.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/handler.h"
#include "common/net/server.h"
#include "common/net/tcp.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::client {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

std::string ListOf(const std::string& host, char state) {
  return "groups\t1\ngroup\tg1\t1\t1\nstorage\t1.0\t" + host + "\t10.0.0.1:1\t1\t1\t1\t" + state +
         "\t-\t-\t-\tactive\n";
}

Member MemberOf(const std::string& host, MemberState state) {
  return {host, "10.0.0.1:1", state, false};
}

// Answers the n-th watch as told.
class FakeTracker final : public net::Handler {
 public:
  using Script = std::function<Result<wire::Watched>(std::size_t index, const wire::Watch& watch)>;
  explicit FakeTracker(Script script) : script_(std::move(script)) {}

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override {
    CO_TRY(const wire::Watch watch, co_await request.Read<wire::Watch>());
    CO_TRY(const wire::Watched watched, script_(asked_++, watch));
    co_return co_await reply.Send(watched);
  }

 private:
  Script script_;
  std::size_t asked_ = 0;  // on the one loop of its server
};

class MemberWatchTest : public testing::Test {
 protected:
  // Serves; its address goes to the watch.
  void AddTracker(FakeTracker::Script script) {
    trackers_.push_back(std::make_unique<FakeTracker>(std::move(script)));
    servers_.push_back(std::make_unique<net::Server>(
        server_loops_, net::ServerOptions{"127.0.0.1:0", wire::Service::kTracker, "t", secret_, {}},
        *trackers_.back(), clock_, random_));
    CHECK(servers_.back()->Start().ok());
    addresses_.push_back("127.0.0.1:" + std::to_string(servers_.back()->port()));
  }
  void Start() {
    MemberWatchOptions options;
    options.trackers = [this] { return addresses_; };
    options.group = wire::OptionalTextZ<16>::From("g1").value();
    options.secret = secret_;
    options.known = known_;
    options.file = folder_.File("members");
    options.retry_pause = milliseconds(1);
    options.on_change = [this](const MemberList& members) {
      const std::lock_guard lock(mutex_);
      told_.push_back(members);
      changed_.notify_all();
    };
    watch_.emplace(std::move(options), dialer_, timer_, clock_, random_);
    loop_.Spawn(watch_->Run());
  }
  // Waits for the n-th list.
  MemberList Told(std::size_t index) {
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return told_.size() > index; }));
    return told_[index];
  }
  void TearDown() override {
    loop_.Stop();
    for (const auto& server : servers_) server->Stop();
    server_loops_.Stop();
  }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  const test::TemporaryFolder folder_;
  SystemClock clock_;
  SystemRandom random_;
  MemberList known_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<MemberList> told_;
  std::vector<std::unique_ptr<FakeTracker>> trackers_;
  net::LoopPool server_loops_{1};
  std::vector<std::unique_ptr<net::Server>> servers_;
  std::vector<std::string> addresses_;
  net::Loop loop_{"watch"};
  net::TcpDialer dialer_{loop_};
  net::LoopTimer timer_;
  std::optional<MemberWatch> watch_;
};

TEST_F(MemberWatchTest, TellsAndKeepsWhatChanges) {
  std::vector<std::uint64_t> known;
  AddTracker([&](std::size_t index, const wire::Watch& watch) -> Result<wire::Watched> {
    EXPECT_EQ(watch.group.view(), "g1");
    known.push_back(watch.known_version);
    if (index == 0) return wire::Watched{10, {ListOf("a", '1')}};
    if (index == 1) return wire::Watched{10, {ListOf("a", '1')}};  // nothing new in its time
    if (index == 2) return wire::Watched{11, {ListOf("a", '2')}};
    return wire::Watched{12, {ListOf("b", '2') + "removed\tg1\ta\n"}};
  });
  Start();
  EXPECT_THAT(Told(0), ElementsAre(MemberOf("a", MemberState::kOnline)));
  EXPECT_THAT(Told(1), ElementsAre(MemberOf("a", MemberState::kActive)));
  EXPECT_THAT(Told(2), ElementsAre(MemberOf("b", MemberState::kActive)));
  TearDown();
  ASSERT_GE(known.size(), 4U);
  known.resize(4);
  EXPECT_THAT(known, ElementsAre(0, 10, 10, 11));
  EXPECT_THAT(ReadMembers(folder_.File("members")).value(),
              ElementsAre(MemberOf("b", MemberState::kOffline)));
}

TEST_F(MemberWatchTest, TheNextTrackerIsAskedFromTheBeginning) {
  AddTracker([](std::size_t index, const wire::Watch&) -> Result<wire::Watched> {
    if (index == 0) return wire::Watched{7, {ListOf("a", '2')}};
    return Error(Code::kUnavailable, "no more");
  });
  AddTracker([](std::size_t index, const wire::Watch& watch) -> Result<wire::Watched> {
    EXPECT_TRUE(index > 0 || watch.known_version == 0);
    if (index > 0) return Error(Code::kUnavailable, "no more");
    return wire::Watched{7, {ListOf("b", '2')}};
  });
  Start();
  EXPECT_THAT(Told(0), ElementsAre(MemberOf("a", MemberState::kActive)));
  EXPECT_THAT(Told(1), ElementsAre(MemberOf("a", MemberState::kOffline),
                                   MemberOf("b", MemberState::kActive)));
}

TEST_F(MemberWatchTest, OnlyAnOperatorTakesAMemberAway) {
  known_ = {MemberOf("a", MemberState::kOffline), MemberOf("c", MemberState::kOffline)};
  AddTracker([](std::size_t index, const wire::Watch&) -> Result<wire::Watched> {
    if (index == 0) return wire::Watched{7, {ListOf("b", '2')}};
    if (index == 1) return wire::Watched{8, {ListOf("c", '2')}};
    if (index == 2) return wire::Watched{9, {"groups\t0\n"}};
    return wire::Watched{10, {ListOf("c", '1') + "removed\tg1\ta\nremoved\tg2\tb\n"}};
  });
  Start();
  const auto offline = [](const char* host) { return MemberOf(host, MemberState::kOffline); };
  EXPECT_THAT(Told(0),
              ElementsAre(offline("a"), MemberOf("b", MemberState::kActive), offline("c")));
  EXPECT_THAT(Told(1),
              ElementsAre(offline("a"), offline("b"), MemberOf("c", MemberState::kActive)));
  EXPECT_THAT(Told(2), ElementsAre(offline("a"), offline("b"), offline("c")));
  EXPECT_THAT(Told(3), ElementsAre(offline("b"), MemberOf("c", MemberState::kOnline)));
  TearDown();
  EXPECT_THAT(ReadMembers(folder_.File("members")).value(),
              ElementsAre(offline("b"), offline("c")));
}

TEST_F(MemberWatchTest, AnAnswerThatIsNoListIsNotBelieved) {
  AddTracker([](std::size_t index, const wire::Watch&) -> Result<wire::Watched> {
    if (index == 0) return wire::Watched{7, {"group\tg1\t1\t1\nstorage\tnonsense\n"}};
    return wire::Watched{7, {ListOf("a", '2')}};
  });
  Start();
  EXPECT_THAT(Told(0), ElementsAre(MemberOf("a", MemberState::kActive)));
}

}  // namespace
}  // namespace yundisk::client
