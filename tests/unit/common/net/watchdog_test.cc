#include "common/net/watchdog.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk::net {
namespace {

constexpr SteadyTime kStart{std::chrono::hours(1)};

class Bell final : public Watched {
 public:
  explicit Bell(Watchdog& watchdog) : Watched(watchdog) {}
  void Set(SteadyTime deadline) { deadline_ = deadline; }
  int rung = 0;

 private:
  void OnDeadline() override { ++rung; }
};

TEST(Watchdog, RingsOnceWhenTheDeadlineHasPassed) {
  Watchdog watchdog;
  Bell bell(watchdog);
  watchdog.Sweep(kStart);
  EXPECT_EQ(bell.rung, 0) << "no deadline yet";
  bell.Set(kStart + std::chrono::seconds(1));
  watchdog.Sweep(kStart);
  EXPECT_EQ(bell.rung, 0);
  watchdog.Sweep(kStart + std::chrono::seconds(1));
  watchdog.Sweep(kStart + std::chrono::seconds(2));
  EXPECT_EQ(bell.rung, 1);
}

TEST(Watchdog, ForgetsTheDeadInAnyOrder) {
  Watchdog watchdog;
  std::vector<std::unique_ptr<Bell>> bells;
  for (int i = 0; i < 5; ++i) {
    bells.push_back(std::make_unique<Bell>(watchdog));
    bells.back()->Set(kStart);
  }
  bells.erase(bells.begin() + 1);
  bells.erase(bells.begin());
  bells.pop_back();
  watchdog.Sweep(kStart);
  for (const auto& bell : bells) EXPECT_EQ(bell->rung, 1);
}

}  // namespace
}  // namespace yundisk::net
