#include "cgi/admin/endpoint.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/test_request.h"

namespace yundisk::admin {
namespace {

class ManualClock final : public Clock {
 public:
  WallTime Now() const override { return {}; }
  SteadyTime Steady() const override { return SteadyTime(now.load()); }
  std::atomic<std::chrono::nanoseconds> now = std::chrono::nanoseconds(0);
};

Result<void> Fine() { return {}; }
Result<void> Broken() { return Error(Code::kUnavailable, "secret detail"); }

fcgi::Response Get(const fcgi::Router& router, std::string target) {
  test::RequestValues values;
  values.target = std::move(target);
  test::TestRequest request(std::move(values));
  return router(request.request());
}

TEST(Health, AllPartsFine) {
  ManualClock clock;
  const HealthMonitor monitor({{"database", true, Fine}, {"redis", false, Fine}}, clock);
  const auto registry = metrics::Registry::Open("");
  const auto response = Get(MakeRouter(monitor, *registry), "/healthz");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.body, R"({"parts":{"database":"ok","redis":"ok"},"status":"ok"})");
}

TEST(Health, AnInessentialPartDegrades) {
  ManualClock clock;
  const HealthMonitor monitor({{"database", true, Fine}, {"redis", false, Broken}}, clock);
  EXPECT_TRUE(monitor.Now().up);
  EXPECT_EQ(*monitor.Now().json,
            R"({"parts":{"database":"ok","redis":"failing"},"status":"degraded"})");
}

TEST(Health, AnEssentialPartTakesItDownAndNothingLeaks) {
  ManualClock clock;
  const HealthMonitor monitor({{"database", true, Broken}}, clock);
  const auto registry = metrics::Registry::Open("");
  const auto response = Get(MakeRouter(monitor, *registry), "/healthz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "1");
  EXPECT_EQ(*response.body, R"({"parts":{"database":"failing"},"status":"down"})");
}

TEST(Health, AProbeThatHangsTakesItDownWhileAnswersGoOn) {
  ManualClock clock;
  const HealthMonitor monitor({{"database", true, Fine}}, clock);
  clock.now = std::chrono::nanoseconds(HealthMonitor::kMaxAge) * 2;
  EXPECT_FALSE(monitor.Now().up);
}

TEST(Health, APartThatComesBackIsSeen) {
  SystemClock clock;
  std::atomic<bool> broken = true;
  std::atomic<int> looks = 0;
  const HealthMonitor monitor({{"database", true,
                                [&]() -> Result<void> {
                                  ++looks;
                                  looks.notify_all();
                                  if (broken) return Error(Code::kUnavailable, "away");
                                  return {};
                                }}},
                              clock);
  EXPECT_FALSE(monitor.Now().up);
  broken = false;
  const int seen = looks;
  looks.wait(seen);
  looks.wait(seen + 1);  // the look after the change has ended when the next one begins
  EXPECT_TRUE(monitor.Now().up);
}

TEST(Metrics, AreText) {
  ManualClock clock;
  const HealthMonitor monitor({}, clock);
  auto registry = metrics::Registry::Open("");
  registry->GetCounter("yundisk_test_total").Add(3);
  const auto response = Get(MakeRouter(monitor, *registry), "/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body->find("yundisk_test_total 3"), std::string::npos);
  EXPECT_EQ(Get(MakeRouter(monitor, *registry), "/nothing").status, 404);
}

}  // namespace
}  // namespace yundisk::admin
