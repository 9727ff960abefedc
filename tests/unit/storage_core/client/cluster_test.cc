#include "storage_core/client/cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>

#include "common/protocol/address.h"
#include "tests/unit/storage_core/client/fake_daemon.h"
#include "tests/unit/storage_core/client/report_port.h"

namespace yundisk::client {
namespace {

using std::chrono::milliseconds;
using wire::Service;

constexpr auto kUpload = static_cast<std::uint8_t>(wire::Command::kUpload);

ObjectKey Key() { return {"app", "user", "g1/7"}; }

FakeDaemon::Script TrackerFor(std::vector<std::string> storages) {
  return [storages](const ReceivedRequest&) {
    return Success(Service::kTracker,
                   wire::Location{*wire::TextZ<16>::From("g1"), wire::JoinAddresses(storages)});
  };
}

Options OptionsFor(std::vector<std::string> trackers) {
  Options options;
  options.trackers = std::move(trackers);
  options.id_servers.clear();
  options.connect_timeout = milliseconds(500);
  options.call_timeout = milliseconds(500);
  return options;
}

TEST(Cluster, UploadSendsKeySizeAndContent) {
  ReceivedRequest seen;
  FakeDaemon storage([&](const ReceivedRequest& request) {
    seen = request;
    return Success(Service::kStorage, wire::Empty{});
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  ASSERT_TRUE(cluster.Upload(Key(), AsBytes("content")).ok());
  EXPECT_EQ(seen.command, kUpload);
  EXPECT_EQ(seen.body.size(), 408U + 7U);
  EXPECT_EQ(AsText(ByteView(seen.body).last(7)), "content");
}

TEST(Cluster, NewContentIsWantedInTheRegionOfTheMachine) {
  std::vector<std::string> asked;
  FakeDaemon tracker([&](const ReceivedRequest& request) {
    const auto place = wire::DecodeBody<wire::Place>(request.body);
    asked.push_back(place && place->region ? place->region->region.str() : "anywhere");
    return Success(Service::kTracker, wire::Location{*wire::TextZ<16>::From("g1"),
                                                     wire::JoinAddresses({{"1.1.1.1:1"}})});
  });
  for (const std::string& region : {std::string(), std::string("north"), std::string(33, 'r')}) {
    Options options = OptionsFor({tracker.address()});
    options.region = region;
    Cluster cluster(options);
    // No ID server is configured.
    EXPECT_FALSE(cluster.NewFileId("app", "user", 100).ok());
  }
  EXPECT_THAT(asked, testing::ElementsAre("anywhere", "north"));
}

TEST(Cluster, TheAnswerToAnUploadMayTakeLonger) {
  FakeDaemon storage([](const ReceivedRequest& request) {
    std::this_thread::sleep_for(milliseconds(400));
    if (request.command == static_cast<std::uint8_t>(wire::Command::kAdopt))
      return Success(Service::kStorage, wire::Adopted{});
    return Success(Service::kStorage, wire::Empty{});
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Options options = OptionsFor({tracker.address()});
  options.call_timeout = milliseconds(100);
  Cluster cluster(options);
  EXPECT_TRUE(cluster.Upload(Key(), AsBytes("content")).ok());
  EXPECT_TRUE(cluster.Adopt(Key(), 7, "spooled").ok());
  EXPECT_FALSE(cluster.Delete(Key()).ok());
}

TEST(Cluster, FailureRepliesComeAsTheyAreAndKeepTheConnection) {
  FakeDaemon storage([](const ReceivedRequest&) {
    return Refusal(Service::kStorage, Code::kDeleted, "uploading g1/7: it was deleted");
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  for (int i = 0; i < 3; ++i) {
    const auto result = cluster.Upload(Key(), AsBytes("x"));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code(), Code::kDeleted);
    EXPECT_NE(result.error().message().find("[fake]"), std::string::npos);
  }
  EXPECT_EQ(storage.connections(), 1);
}

TEST(Cluster, GoesOnWithTheNextReplica) {
  FakeDaemon broken([](const ReceivedRequest&) { return Hangup(); });
  FakeDaemon busy([](const ReceivedRequest&) {
    return Refusal(Service::kStorage, Code::kUnavailable, "catching up");
  });
  FakeDaemon good(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{42}); });
  FakeDaemon tracker(TrackerFor({broken.address(), busy.address(), good.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  EXPECT_EQ(*cluster.Size(Key()), 42U);
}

TEST(Cluster, LearnsOfTrackersAndIdServersWhileItRuns) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{42}); });
  FakeDaemon id_server([](const ReceivedRequest&) {
    return Success(Service::kIdServer, wire::Ids{7, 1});
  });
  FakeDaemon second(TrackerFor({storage.address()}));
  const std::string lines =
      fmt::format("service\t1\ttracker\t{}\t1\nservice\t2\tid_server\t{}\t1\n", second.address(),
                  id_server.address());
  auto first = std::make_unique<FakeDaemon>([lines](const ReceivedRequest& request) {
    if (static_cast<wire::Command>(request.command) == wire::Command::kServices)
      return Success(Service::kTracker, wire::ServiceLines{{lines}});
    return Hangup();
  });
  Cluster cluster(OptionsFor({first->address()}));
  EXPECT_FALSE(cluster.NextId("key").ok());
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!cluster.NextId("key").ok() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(milliseconds(10));
  first.reset();
  EXPECT_TRUE(cluster.NextId("key").ok());
  EXPECT_EQ(*cluster.Size(Key()), 42U);
}

TEST(Cluster, ADownloadContinuesAtTheByteWhereItStopped) {
  const std::string content = "0123456789";
  FakeDaemon first([&](const ReceivedRequest&) { return ContentOf(AsBytes(content), 4); });
  std::uint64_t asked_offset = 0;
  std::uint64_t asked_size = 0;
  FakeDaemon second([&](const ReceivedRequest& request) {
    const auto download = wire::DecodeBody<wire::Download>(request.body);
    asked_offset = download->offset;
    asked_size = download->size_bytes;
    return ContentOf(AsBytes(content).subspan(4), 6);
  });
  FakeDaemon tracker(TrackerFor({first.address(), second.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  std::string got;
  ASSERT_TRUE(cluster
                  .Download(Key(), 0, 0,
                            [&](ByteView piece) -> Result<void> {
                              got += AsText(piece);
                              return {};
                            })
                  .ok());
  EXPECT_EQ(got, content);
  EXPECT_EQ(asked_offset, 4U);
  EXPECT_EQ(asked_size, 6U);
}

TEST(Cluster, AShortDownloadIsAnErrorNeverAShortFile) {
  FakeDaemon storage([](const ReceivedRequest&) { return ContentOf(AsBytes("0123456789"), 4); });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  const auto result = cluster.Download(Key(), 0, 0, [](ByteView) -> Result<void> { return {}; });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::kUnavailable);
}

TEST(Cluster, AFailingSinkEndsTheDownloadWithItsError) {
  FakeDaemon storage([](const ReceivedRequest&) { return ContentOf(AsBytes("0123456789"), 10); });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  const auto result = cluster.Download(
      Key(), 0, 0, [](ByteView) -> Result<void> { return Error(Code::kNoSpace, "disk full"); });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::kNoSpace);
  EXPECT_EQ(storage.requests(), 1);
}

TEST(Cluster, ARestartedDaemonIsNotNoticed) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{1}); });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  ASSERT_TRUE(cluster.Size(Key()).ok());
  storage.DropConnections();
  tracker.DropConnections();
  EXPECT_TRUE(cluster.Size(Key()).ok());
  EXPECT_EQ(storage.connections(), 2);
}

TEST(Cluster, ALostAnswerToADeleteIsASuccess) {
  int calls = 0;
  FakeDaemon storage([&](const ReceivedRequest&) {
    return ++calls == 1 ? Success(Service::kStorage, wire::Empty{})
           : calls == 2 ? Hangup()
                        : Refusal(Service::kStorage, Code::kNotFound, "gone");
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  ASSERT_TRUE(cluster.Upload(Key(), AsBytes("x")).ok());
  EXPECT_TRUE(cluster.Delete(Key()).ok());
}

TEST(Cluster, ASourceThatEndsEarlyIsNamed) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::Empty{}); });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Cluster cluster(OptionsFor({tracker.address()}));
  const auto result = cluster.Upload(
      Key(), 10, [](MutableByteView) -> Result<std::size_t> { return std::size_t{0}; });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "the content ends 10 bytes early");
  EXPECT_EQ(storage.requests(), 0);
}

TEST(Cluster, UsesTheNextTrackerAndTheLastAnswerWhenNoneIsLeft) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{1}); });
  auto tracker = std::make_unique<FakeDaemon>(TrackerFor({storage.address()}));
  Options options = OptionsFor({"127.0.0.1:1", tracker->address()});
  options.address_cache = milliseconds(0);
  Cluster cluster(options);
  ASSERT_TRUE(cluster.Size(Key()).ok());
  tracker.reset();
  EXPECT_TRUE(cluster.Size(Key()).ok());
}

TEST(Cluster, EachBucketHasItsOwnOrderAndAnyWillDoWithoutATracker) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{1}); });
  auto tracker = std::make_unique<FakeDaemon>(TrackerFor({storage.address()}));
  Options options = OptionsFor({tracker->address()});
  options.address_cache = milliseconds(60000);
  Cluster cluster(options);
  const auto size_of = [&](int number) {
    return cluster.Size({"app", "user", "g1/" + std::to_string(number)});
  };
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(size_of(i).ok());
  EXPECT_GT(tracker->requests(), 1);
  tracker.reset();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(size_of(i).ok()) << i;
}

TEST(Cluster, FailedCallsAreReportedRefusalsAreNot) {
  FakeDaemon broken([](const ReceivedRequest&) { return Hangup(); });
  FakeDaemon busy([](const ReceivedRequest&) {
    return Refusal(Service::kStorage, Code::kUnavailable, "catching up");
  });
  FakeDaemon tracker(TrackerFor({broken.address(), busy.address()}));
  const auto port = wire::ParseHostPort(tracker.address())->port;
  ReportPort reports(port);
  Cluster cluster(OptionsFor({tracker.address()}));
  EXPECT_FALSE(cluster.Size(Key()).ok());
  EXPECT_EQ(reports.Take(std::nullopt), std::vector<std::string>{"1 x 1"});
}

TEST(Cluster, ACallerThatGivesUpIsNotTheStoragesFault) {
  FakeDaemon storage([](const ReceivedRequest& request) {
    return request.command == kUpload ? Success(Service::kStorage, wire::Empty{})
                                      : ContentOf(AsBytes("0123456789"), 10);
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  ReportPort reports(wire::ParseHostPort(tracker.address())->port);
  Cluster cluster(OptionsFor({tracker.address()}));
  const auto download = cluster.Download(Key(), 0, 0, [](ByteView) -> Result<void> {
    return Error(Code::kUnavailable, "the client is gone");
  });
  EXPECT_EQ(download.error().code(), Code::kUnavailable);
  const auto upload = cluster.Upload(Key(), 10, [](MutableByteView) -> Result<std::size_t> {
    return Error(Code::kUnavailable, "the client is gone");
  });
  EXPECT_EQ(upload.error().code(), Code::kUnavailable);
  EXPECT_THAT(reports.Take(std::nullopt), testing::IsEmpty());
}

// How long an upload takes is up to the disks and to the other members too.
TEST(Cluster, OnlyAPromptCallCanBeSlow) {
  FakeDaemon storage([](const ReceivedRequest& request) {
    std::this_thread::sleep_for(milliseconds(30));
    return request.command == kUpload ? Success(Service::kStorage, wire::Empty{})
                                      : Success(Service::kStorage, wire::ObjectSize{1});
  });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  ReportPort reports(wire::ParseHostPort(tracker.address())->port);
  Options options = OptionsFor({tracker.address()});
  options.slow_after = milliseconds(10);
  Cluster cluster(options);
  ASSERT_TRUE(cluster.Upload(Key(), AsBytes("x")).ok());
  EXPECT_THAT(reports.Take(std::nullopt), testing::IsEmpty());
  ASSERT_TRUE(cluster.Size(Key()).ok());
  EXPECT_THAT(reports.Take(std::nullopt), testing::ElementsAre("0 x 1", "2 x 1"));
}

TEST(Cluster, AnswersOfTrackersAreRemembered) {
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{1}); });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Options options = OptionsFor({tracker.address()});
  options.address_cache = milliseconds(60000);
  Cluster cluster(options);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(cluster.Size(Key()).ok());
  EXPECT_EQ(tracker.requests(), 1);
}

TEST(Cluster, NonsenseRepliesAreUnavailableNotBelieved) {
  for (const char* hex : {"0000000000000008650000000000000000ff",  // another daemon's reply code
                          "00000000000000086601000000000000002a",  // an unknown status
                          "0000000000000007660000000000000000",    // too short a body
                          "ffffffffffffffff6600",                  // an absurd length
                          "ffffffffffffffff66fd"}) {               // an absurd failure
    FakeDaemon storage([&](const ReceivedRequest&) { return Answer{*BytesFromHex(hex), true}; });
    FakeDaemon tracker(TrackerFor({storage.address()}));
    Cluster cluster(OptionsFor({tracker.address()}));
    const auto size = cluster.Size(Key());
    ASSERT_FALSE(size.ok()) << hex;
    EXPECT_EQ(size.error().code(), Code::kUnavailable) << hex;
  }
}

TEST(Cluster, ASilentDaemonMeetsTheDeadline) {
  FakeDaemon storage([](const ReceivedRequest&) { return Answer{}; });
  FakeDaemon tracker(TrackerFor({storage.address()}));
  Options options = OptionsFor({tracker.address()});
  options.call_timeout = milliseconds(50);
  Cluster cluster(options);
  const auto size = cluster.Size(Key());
  ASSERT_FALSE(size.ok());
  EXPECT_NE(size.error().message().find("no answer within 50 ms"), std::string::npos);
}

TEST(Cluster, AQuestionGoesOnWithoutASilentDaemonAndAvoidsItForAWhile) {
  int asked = 0;
  const auto silent = [&](const ReceivedRequest&) {
    ++asked;
    return Answer{};
  };
  FakeDaemon silent_storage(silent);
  FakeDaemon silent_tracker(silent);
  FakeDaemon storage(
      [](const ReceivedRequest&) { return Success(Service::kStorage, wire::ObjectSize{42}); });
  FakeDaemon tracker(TrackerFor({silent_storage.address(), storage.address()}));
  Options options = OptionsFor({silent_tracker.address(), tracker.address()});
  options.call_timeout = milliseconds(60'000);
  options.address_cache = milliseconds(0);
  Cluster cluster(options);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*cluster.Size(Key()), 42U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2500));
  EXPECT_EQ(asked, 2);
}

TEST(Cluster, IdsComeInBlocksAndOnce) {
  std::uint64_t next = 1;
  FakeDaemon id_server([&](const ReceivedRequest& request) {
    const auto asked = wire::DecodeBody<wire::GetIds>(request.body);
    const wire::Ids ids{next, asked->count};
    next += asked->count;
    return Success(Service::kIdServer, ids);
  });
  Options options = OptionsFor({});
  options.id_servers = {"127.0.0.1:1", id_server.address()};
  options.id_block = 10;
  Cluster cluster(options);
  std::set<std::uint64_t> ids;
  for (int i = 0; i < 25; ++i) ids.insert(*cluster.NextId("k"));
  EXPECT_EQ(ids.size(), 25U);
  EXPECT_EQ(id_server.requests(), 3);
}

TEST(Cluster, NamesThatDoNotFitAreRefusedBeforeAnythingIsSent) {
  Cluster cluster(OptionsFor({}));
  EXPECT_EQ(cluster.Size({"", "u", "f"}).error().code(), Code::kBadRequest);
  EXPECT_EQ(cluster.Size({"a", std::string(257, 'u'), "f"}).error().code(), Code::kBadRequest);
  EXPECT_EQ(cluster.Size({"a", "u", "f\n"}).error().code(), Code::kBadRequest);
  EXPECT_NE(cluster.Size({"a", "u", ""}).error().message().find("file id"), std::string::npos);
}

TEST(Cluster, AMissingSecretFileIsSaidByEveryCall) {
  Options options = OptionsFor({"127.0.0.1:1"});
  options.secret_file = "/nonexistent/secret";
  Cluster cluster(options);
  EXPECT_NE(cluster.Size(Key()).error().message().find("/nonexistent/secret"), std::string::npos);
}

}  // namespace
}  // namespace yundisk::client
