#include "storage_core/cli/bench.h"

#include <gtest/gtest.h>

#include <atomic>
#include <sstream>

#include "common/protocol/address.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::Answer;
using client::FakeDaemon;
using client::ReceivedRequest;
using std::chrono::microseconds;
using wire::Service;

TEST(BenchResult, Percentiles) {
  BenchResult result;
  EXPECT_EQ(result.Percentile(50), microseconds(0));
  for (int i = 1; i <= 200; ++i) result.latencies.emplace_back(i);
  result.seconds = 2;
  EXPECT_EQ(result.Percentile(50), microseconds(100));
  EXPECT_EQ(result.Percentile(99), microseconds(198));
  EXPECT_EQ(result.Percentile(100), microseconds(200));
  EXPECT_DOUBLE_EQ(result.OperationsPerSecond(), 100);
}

// A cluster that takes everything and gives zeros.
class BenchTest : public testing::Test {
 protected:
  Answer Serve(const ReceivedRequest& request) {
    switch (static_cast<wire::Command>(request.command)) {
      case wire::Command::kGetIds: return client::Success(Service::kIdServer, wire::Ids{++ids_, 1});
      case wire::Command::kUpload:
        ++uploads_;
        if (refuse_) return client::Refusal(Service::kStorage, Code::kNoSpace, "full");
        return client::Success(Service::kStorage, wire::Empty{});
      case wire::Command::kDelete:
        ++deletes_;
        return client::Success(Service::kStorage, wire::Empty{});
      case wire::Command::kDownload: return client::ContentOf(Bytes(kSize), kSize);
      default:
        return client::Success(Service::kTracker,
                               wire::Location{*wire::TextZ<16>::From("g"),
                                              wire::JoinAddresses({{storage_.address()}})});
    }
  }

  Result<void> Run() {
    client::Options options;
    options.trackers = {tracker_.address()};
    options.id_servers = {id_server_.address()};
    client::Cluster cluster(options);
    return Bench(cluster, {"a", "u", ""}, {kSize, 2, std::chrono::seconds(1)}, {out_, true});
  }

  static constexpr std::size_t kSize = 100;
  std::atomic<std::uint64_t> ids_{0};
  std::atomic<int> uploads_{0};
  std::atomic<int> deletes_{0};
  bool refuse_ = false;
  FakeDaemon::Script serve_ = [this](const ReceivedRequest& request) { return Serve(request); };
  FakeDaemon storage_{serve_};
  FakeDaemon tracker_{serve_};
  FakeDaemon id_server_{serve_};
  std::ostringstream out_;
};

TEST_F(BenchTest, MeasuresBothWaysAndCleansUp) {
  ASSERT_TRUE(Run().ok());
  EXPECT_GT(uploads_.load(), 0);
  EXPECT_EQ(deletes_.load(), uploads_.load());
  EXPECT_NE(out_.str().find("\"work\":\"upload\""), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("\"work\":\"download\""), std::string::npos) << out_.str();
}

TEST_F(BenchTest, AFailureIsCountedAndTold) {
  refuse_ = true;
  const auto result = Run();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), Code::kNoSpace);
  EXPECT_EQ(out_.str().find("\"failures\":0"), std::string::npos) << out_.str();
}

}  // namespace
}  // namespace yundisk::cli
