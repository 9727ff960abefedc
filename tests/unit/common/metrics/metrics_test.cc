#include "common/metrics/metrics.h"

#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"

namespace yundisk::metrics {
namespace {

using testing::HasSubstr;

class MetricsTest : public testing::Test {
 protected:
  Registry Open() { return Registry::Open(folder_.File("metrics")).value(); }

  test::TemporaryFolder folder_;
};

TEST_F(MetricsTest, TheSameNameIsTheSameSeries) {
  Registry registry = Open();
  registry.GetCounter("requests_total", {{"program", "a"}}).Add(2);
  registry.GetCounter("requests_total", {{"program", "a"}}).Add();
  registry.GetCounter("requests_total", {{"program", "b"}}).Add();
  EXPECT_EQ(registry.PrometheusText(),
            "# TYPE requests_total counter\n"
            "requests_total{program=\"a\"} 3\n"
            "requests_total{program=\"b\"} 1\n");
}

TEST_F(MetricsTest, GaugesGoBelowZero) {
  Registry registry = Open();
  const Gauge gauge = registry.GetGauge("free_bytes");
  gauge.Set(5);
  gauge.Add(-7);
  EXPECT_THAT(registry.PrometheusText(), HasSubstr("free_bytes -2\n"));
}

TEST_F(MetricsTest, HistogramsAreCumulative) {
  Registry registry = Open();
  const Histogram seconds = registry.GetHistogram("seconds", {{"program", "a"}});
  seconds.Observe(std::chrono::microseconds(50));  // the first bound is inclusive
  seconds.Observe(std::chrono::microseconds(51));
  seconds.Observe(std::chrono::microseconds(100));
  seconds.Observe(std::chrono::hours(1));
  const std::string text = registry.PrometheusText();
  EXPECT_THAT(text, HasSubstr("seconds_bucket{program=\"a\",le=\"5e-05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("seconds_bucket{program=\"a\",le=\"0.0001\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("seconds_bucket{program=\"a\",le=\"26.2144\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("seconds_bucket{program=\"a\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("seconds_sum{program=\"a\"} 3600.0002"));
  EXPECT_THAT(text, HasSubstr("seconds_count{program=\"a\"} 4\n"));
}

TEST_F(MetricsTest, LabelsAreEscaped) {
  Registry registry = Open();
  registry.GetCounter("c", {{"l", "a\"b\\c\nd"}}).Add();
  EXPECT_THAT(registry.PrometheusText(), HasSubstr("c{l=\"a\\\"b\\\\c d\"} 1\n"));
}

TEST_F(MetricsTest, AProcessThatIsKilledLeavesItsNumbers) {
  Registry registry = Open();
  const pid_t child = fork();
  if (child == 0) {
    Registry own = Open();
    own.GetCounter("work_total").Add(7);
    kill(getpid(), SIGKILL);
  }
  waitpid(child, nullptr, 0);
  EXPECT_THAT(registry.PrometheusText(), HasSubstr("work_total 7\n"));
  registry.GetCounter("work_total").Add();
  EXPECT_THAT(Open().PrometheusText(), HasSubstr("work_total 8\n"));
}

TEST_F(MetricsTest, ManyThreadsLoseNothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([this] {
      Registry own = Open();
      for (int i = 0; i < 1000; ++i)
        own.GetCounter("c_total", {{"n", std::to_string(i % 10)}}).Add();
    });
  for (std::thread& thread : threads) thread.join();
  const std::string text = Open().PrometheusText();
  for (int n = 0; n < 10; ++n) EXPECT_THAT(text, HasSubstr(fmt::format("n=\"{}\"}} 800\n", n)));
}

TEST_F(MetricsTest, AFileOfAnotherLayoutIsReplaced) {
  std::ofstream(folder_.File("metrics")) << "something else";
  Registry registry = Open();
  registry.GetCounter("c_total").Add();
  EXPECT_THAT(registry.PrometheusText(), HasSubstr("c_total 1\n"));
}

TEST_F(MetricsTest, AFullSegmentOnlyLosesTheSeries) {
  Registry registry = Registry::Open("").value();
  for (std::size_t i = 0; i < kSlots; ++i) registry.GetCounter(fmt::format("c{}_total", i)).Add();
  registry.GetCounter("one_too_many_total").Add();
  registry.GetCounter("c7_total").Add();
  EXPECT_THAT(registry.PrometheusText(), HasSubstr("c7_total 2\n"));
  EXPECT_THAT(registry.PrometheusText(), testing::Not(HasSubstr("one_too_many")));
}

TEST(Metrics, AnUnwritablePlaceIsAnError) { EXPECT_FALSE(Registry::Open("/nowhere/metrics").ok()); }

}  // namespace
}  // namespace yundisk::metrics
