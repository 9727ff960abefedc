#include "storage_core/cli/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <variant>

#include "common/net/handler.h"
#include "common/net/server.h"
#include "common/protocol/address.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::cli {
namespace {

using std::chrono::seconds;

TEST(ParseLife, KnowsItsUnits) {
  EXPECT_EQ(*ParseLife("90"), seconds(90));
  EXPECT_EQ(*ParseLife("90s"), seconds(90));
  EXPECT_EQ(*ParseLife("15m"), seconds(900));
  EXPECT_EQ(*ParseLife("1h"), seconds(3600));
  EXPECT_EQ(*ParseLife("366d"), seconds(366 * 86'400));
  for (const auto* text : {"", "h", "0", "0h", "-1h", "1w", "1hh", "367d", "1 h", "1.5h",
                           "99999999999999999999", "213503982334602d"})
    EXPECT_FALSE(ParseLife(text).ok()) << text;
}

// Answers as a tracker and as a storage do.
class Daemon final : public net::Handler {
 public:
  explicit Daemon(std::string statistics) : statistics_(std::move(statistics)) {}
  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override {
    if (request.command() == wire::Command::kStatistics) {
      CO_TRY_VOID(co_await request.Read<wire::Statistics>());
      wire::StatisticsText text;
      text.lines.text = statistics_;
      co_return co_await reply.Send(text);
    }
    CO_TRY_VOID(co_await request.Read<wire::Addresses>());
    const wire::Location location{*wire::TextZ<16>::From("1"), wire::JoinAddresses(storages)};
    co_return co_await reply.Send(location);
  }
  std::vector<std::string> storages;

 private:
  std::string statistics_;
};

class UrlTest : public testing::Test {
 protected:
  UrlTest() {
    options_.secret_file = folder_.File("secret");
    std::ofstream(options_.secret_file) << std::string(64, '0');
    ::chmod(options_.secret_file.c_str(), 0600);
  }
  // A daemon that knows the secret; its address.
  std::string Serve(wire::Service service, Daemon& daemon) {
    servers_.push_back(std::make_unique<net::Server>(
        loops_, net::ServerOptions{"127.0.0.1:0", service, "test", wire::Secret{}, {}}, daemon,
        clock_, random_));
    EXPECT_TRUE(servers_.back()->Start().ok());
    return "127.0.0.1:" + std::to_string(servers_.back()->port());
  }
  Result<void> Run(const UrlWish& wish, bool json = false) {
    client::Cluster cluster(options_);
    return Urls(cluster, options_, {"app", "user", "1/5"}, wish, clock_, {out_, json});
  }

  test::TemporaryFolder folder_;
  SystemClock clock_;
  SystemRandom random_;
  net::LoopPool loops_{1};
  Daemon with_http_{"objects\t1\nhttp_port\t8888\n"};
  Daemon without_http_{"objects\t1\nnot_http_port\t1\n"};
  Daemon tracker_{""};
  std::vector<std::unique_ptr<net::Server>> servers_;
  client::Options options_;
  std::ostringstream out_;
};

TEST_F(UrlTest, PrintsOneForEachStorageThatServesHttp) {
  tracker_.storages = {"127.0.0.1:1", Serve(wire::Service::kStorage, without_http_),
                       Serve(wire::Service::kStorage, with_http_)};
  options_.trackers = {Serve(wire::Service::kTracker, tracker_)};
  UrlWish wish;
  wish.name = "影片.mp4";
  ASSERT_TRUE(Run(wish).ok());
  const std::string line = out_.str();
  const std::string origin = "http://127.0.0.1:8888";
  EXPECT_THAT(line, testing::StartsWith(origin + "/1/5/%E5%BD%B1%E7%89%87.mp4?application=app&"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const std::string target = line.substr(origin.size(), line.size() - origin.size() - 1);
  const auto verified =
      client::UrlSigner(wire::Secret{}).Verify(target, {SecondsSince1970(clock_.Now()), 3600});
  ASSERT_TRUE(std::holds_alternative<client::ObjectUrl>(verified));
  EXPECT_EQ(std::get<client::ObjectUrl>(verified).user, "user");

  out_.str("");
  ASSERT_TRUE(Run(wish, true).ok());
  EXPECT_THAT(out_.str(), testing::StartsWith("[\"http://127.0.0.1:8888/1/5/"));
}

TEST_F(UrlTest, SaysWhatIsMissing) {
  tracker_.storages = {Serve(wire::Service::kStorage, without_http_)};
  options_.trackers = {Serve(wire::Service::kTracker, tracker_)};
  EXPECT_EQ(Run({}).error().code(), Code::kUnavailable);
  UrlWish bad_name;
  bad_name.name = "a/b";
  EXPECT_EQ(Run(bad_name).error().code(), Code::kBadRequest);
  options_.secret_file.clear();
  EXPECT_EQ(Run({}).error().code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace yundisk::cli
