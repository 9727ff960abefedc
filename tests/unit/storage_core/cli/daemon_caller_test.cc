#include "storage_core/cli/daemon_caller.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::FakeDaemon;
using client::ReceivedRequest;
using wire::Service;

client::Answer EmptyList(const ReceivedRequest&) {
  return client::Success(Service::kTracker, wire::Groups{{"groups\t0\n"}});
}

// The address of a daemon that is gone.
std::string NobodyThere() { return std::optional<FakeDaemon>(std::in_place, EmptyList)->address(); }

DaemonCaller CallerOf(std::vector<std::string> trackers) {
  client::Options options;
  options.trackers = std::move(trackers);
  return *DaemonCaller::Make(options);
}

TEST(DaemonCaller, PingTellsWhoAnswers) {
  FakeDaemon daemon(EmptyList);
  const DaemonCaller caller = CallerOf({});
  EXPECT_TRUE(caller.Ping(Service::kTracker, daemon.address()).ok());
  const auto silent = caller.Ping(Service::kTracker, NobodyThere());
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(silent.error().code(), Code::kUnavailable);
}

TEST(DaemonCaller, TheNextTrackerIsAskedWhenOneIsAway) {
  FakeDaemon daemon(EmptyList);
  const auto groups = CallerOf({NobodyThere(), daemon.address()}).AskTrackers(wire::GroupList{});
  ASSERT_TRUE(groups.ok());
  EXPECT_EQ(groups->lines.text, "groups\t0\n");
  EXPECT_EQ(CallerOf({NobodyThere()}).AskTrackers(wire::GroupList{}).error().code(),
            Code::kUnavailable);
  EXPECT_EQ(CallerOf({}).AskTrackers(wire::GroupList{}).error().code(), Code::kUnavailable);
}

TEST(DaemonCaller, AMissingSecretFileIsAnError) {
  client::Options options;
  options.secret_file = "/nowhere/secret";
  EXPECT_FALSE(DaemonCaller::Make(options).ok());
}

}  // namespace
}  // namespace yundisk::cli
