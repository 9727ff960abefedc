// Members of one group as real daemons: their sockets, threads and ends.
#include "storage_core/storage/replication.h"

#include <deque>
#include <filesystem>
#include <future>

#include <gtest/gtest.h>

#include "storage_core/client/connection.h"
#include "storage_core/client/member_list.h"
#include "storage_core/storage/daemon.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/storage_core/storage/real_daemon.h"

namespace yundisk::storage {
namespace {

class ReplicationTest : public testing::Test {
 protected:
  struct Daemon {
    Config config;
    std::promise<void> stop;
    std::future<Result<void>> outcome;
  };

  // No tracker is needed: each has the list of members in its data folder.
  ReplicationTest() {
    client::MemberList members;
    for (const std::string name : {"1a", "1b"}) {
      Config& config = daemons_.emplace_back().config;
      config.listen = "127.0.0.1:" + std::to_string(FreePort());
      config.name = name;
      config.data_directory = folder_.File(name);
      config.min_free_bytes = 0;
      config.threads = 2;
      config.cluster.auth = "none";
      config.cluster.trackers = {"127.0.0.1:1"};  // nobody there
      members.push_back({name, config.listen});
    }
    for (Daemon& daemon : daemons_) {
      std::filesystem::create_directories(daemon.config.data_directory);
      EXPECT_TRUE(client::WriteMembers(daemon.config.data_directory + "/members", members).ok());
      Start(daemon);
    }
  }
  ~ReplicationTest() override {
    for (Daemon& daemon : daemons_) Stop(daemon);
  }

  static void Start(Daemon& daemon) {
    daemon.stop = std::promise<void>();
    std::promise<void> serving;
    auto wait = [&serving, stopped = daemon.stop.get_future().share()] {
      serving.set_value();
      stopped.wait();
    };
    daemon.outcome =
        std::async(std::launch::async, [&daemon, wait] { return RunDaemon(daemon.config, wait); });
    serving.get_future().wait();
  }
  static void Stop(Daemon& daemon) {
    if (!daemon.outcome.valid()) return;
    daemon.stop.set_value();
    const Result<void> outcome = daemon.outcome.get();
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
  }

  static wire::ObjectKey Key(std::string_view id) {
    return {*wire::Text<16>::From("app"), *wire::Text<256>::From("user"),
            *wire::Text<128>::From(id)};
  }
  static std::unique_ptr<client::Connection> ConnectTo(const Daemon& daemon) {
    return *client::Connection::Open(daemon.config.listen, wire::Service::kStorage, std::nullopt,
                                     kTimeouts);
  }
  // Waits until the members have found each other.
  static void PutSoon(const Daemon& daemon, std::string_view id, const std::string& content) {
    const auto connection = ConnectTo(daemon);
    const auto until = std::chrono::steady_clock::now() + kTimeouts.call;
    Result<void> put = connection->Upload({Key(id), content.size()}, AsBytes(content));
    while (!put && put.error().code() == Code::kTooFewReplicas &&
           std::chrono::steady_clock::now() < until)
      put = connection->Upload({Key(id), content.size()}, AsBytes(content));
    EXPECT_TRUE(put.ok()) << put.error().message();
  }
  static std::uint64_t SizeOf(const Daemon& daemon, std::string_view id) {
    const auto size = ConnectTo(daemon)->Call(wire::Size{Key(id)});
    EXPECT_TRUE(size.ok()) << size.error().message();
    return size ? size->size_bytes : 0;
  }

  test::TemporaryFolder folder_;
  std::deque<Daemon> daemons_;
};

// Under AddressSanitizer: connections that are kept for the next use die before the loops whose
// they are.
TEST_F(ReplicationTest, StopsCleanlyWithConnectionsToAnotherMember) {
  PutSoon(daemons_[0], "1/1", std::string(300'000, 'x'));
  PutSoon(daemons_[1], "1/2", "hello");
  for (Daemon& daemon : daemons_) Stop(daemon);
  for (Daemon& daemon : daemons_) Start(daemon);
  PutSoon(daemons_[0], "1/3", "again");
  for (const Daemon& daemon : daemons_) EXPECT_EQ(SizeOf(daemon, "1/1"), 300'000U);
}

}  // namespace
}  // namespace yundisk::storage
