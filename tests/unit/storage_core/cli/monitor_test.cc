#include "storage_core/cli/monitor.h"

#include <gtest/gtest.h>

#include <optional>
#include <sstream>

#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::Answer;
using client::FakeDaemon;
using client::ReceivedRequest;
using wire::Service;

class MonitorTest : public testing::Test {
 protected:
  Answer Serve(const ReceivedRequest& request) {
    if (static_cast<wire::Command>(request.command) == wire::Command::kStatistics)
      return client::Success(Service::kStorage, wire::StatisticsText{{"objects\t7\n"}});
    return client::Success(Service::kTracker,
                           wire::Groups{{"groups\t1\ngroup\t1\t1\t1\nstorage\t1\t1a\t" +
                                         storage_.address() + "\t1\t1\t1\t2\n"}});
  }

  client::Options Connections() {
    client::Options options;
    options.trackers = {tracker_.address()};
    options.id_servers = {id_server_.address()};
    return options;
  }

  FakeDaemon::Script serve_ = [this](const ReceivedRequest& request) { return Serve(request); };
  FakeDaemon storage_{serve_};
  FakeDaemon tracker_{serve_};
  FakeDaemon id_server_{serve_};
  std::ostringstream out_;
};

TEST_F(MonitorTest, ShowsEveryDaemonAndWhatTheTrackersKnow) {
  const auto daemons = DaemonCaller::Make(Connections());
  const MonitorOptions once{.once = true};
  ASSERT_TRUE(Monitor(*daemons, Connections(), once, {out_, false}).ok());
  for (const FakeDaemon* daemon : {&storage_, &tracker_, &id_server_})
    EXPECT_NE(out_.str().find(daemon->address() + "  ok, "), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("ACTIVE"), std::string::npos);
}

TEST_F(MonitorTest, JsonHasTheStatisticsOfTheStorages) {
  const auto daemons = DaemonCaller::Make(Connections());
  const Json::Value json = ToJson(LookAtCluster(*daemons, Connections()));
  ASSERT_EQ(json["daemons"].size(), 3U);
  EXPECT_EQ(json["daemons"][2]["node"].asString(), "1/1a");
  EXPECT_EQ(json["daemons"][2]["statistics"]["objects"].asString(), "7");
  EXPECT_EQ(json["groups"].size(), 1U);
}

TEST_F(MonitorTest, ADaemonThatDoesNotAnswerIsShownAndFailsThePing) {
  client::Options options = Connections();
  options.trackers.push_back(std::optional<FakeDaemon>(std::in_place, serve_)->address());
  const auto daemons = DaemonCaller::Make(options);
  const auto verdict = Ping(*daemons, options, {out_, true});
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code(), Code::kUnavailable);
  EXPECT_EQ(verdict.error().message(), "1 of 4 daemons do not answer");
  EXPECT_NE(out_.str().find("\"answers\":false"), std::string::npos);
}

TEST_F(MonitorTest, WithoutATrackerThereIsNoList) {
  client::Options options;
  options.trackers = {std::optional<FakeDaemon>(std::in_place, serve_)->address()};
  options.id_servers = {id_server_.address()};
  const auto daemons = DaemonCaller::Make(options);
  const Snapshot snapshot = LookAtCluster(*daemons, options);
  EXPECT_FALSE(snapshot.list_problem.empty());
  EXPECT_NE(SnapshotText(snapshot).find(snapshot.list_problem), std::string::npos);
}

}  // namespace
}  // namespace yundisk::cli
