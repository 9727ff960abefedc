// Reports of calls as a tracker's UDP socket receives them.
#include "storage_core/client/call_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tests/unit/storage_core/client/report_port.h"

namespace yundisk::client {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using wire::CallOutcome;

class CallReportsTest : public testing::Test {
 protected:
  void Note(CallOutcome outcome, std::string_view address = "127.0.0.1:23000") {
    reports_.Note({"g1", address, outcome, milliseconds(3)});
  }
  std::vector<std::string> Told() { return port_.Take(secret_); }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  ReportPort port_;
  test::ManualClock clock_;
  const Environment system_ = SystemEnvironment();
  CallReports reports_{{{port_.address()}, secret_}, {system_.network, clock_, system_.random}};
};

TEST_F(CallReportsTest, SuccessesAreToldTogether) {
  for (int i = 0; i < 100; ++i) Note(CallOutcome::kOk);
  EXPECT_THAT(Told(), IsEmpty());
  clock_.Advance(milliseconds(1000));
  Note(CallOutcome::kOk);
  EXPECT_THAT(Told(), ElementsAre("0 x 101"));
  Note(CallOutcome::kOk);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(CallReportsTest, TheFirstFailureIsToldAtOnceInItsOrder) {
  Note(CallOutcome::kOk);
  Note(CallOutcome::kFailed);
  EXPECT_THAT(Told(), ElementsAre("0 x 1", "1 x 1"));
  for (int i = 0; i < 7; ++i) Note(CallOutcome::kFailed);
  EXPECT_THAT(Told(), IsEmpty());
  clock_.Advance(milliseconds(100));
  Note(CallOutcome::kFailed);
  EXPECT_THAT(Told(), ElementsAre("1 x 8"));
  Note(CallOutcome::kSlow);
  EXPECT_THAT(Told(), ElementsAre("2 x 1"));
}

TEST_F(CallReportsTest, AddressesAreToldApart) {
  Note(CallOutcome::kFailed, "127.0.0.1:1");
  Note(CallOutcome::kFailed, "127.0.0.1:2");
  EXPECT_THAT(Told(), ElementsAre("1 x 1", "1 x 1"));
}

TEST_F(CallReportsTest, PacketsAreBounded) {
  for (int i = 0; i < 1000; ++i) {
    Note(CallOutcome::kFailed);
    Note(CallOutcome::kOk);
  }
  EXPECT_LE(Told().size(), CallReports::kMaxPerSecond);
  clock_.Advance(milliseconds(1000));
  Note(CallOutcome::kFailed);
  EXPECT_FALSE(Told().empty());
}

TEST(CallReports, TrackersThatAreNotThereAreNoTrouble) {
  test::ManualClock clock;
  const Environment system = SystemEnvironment();
  CallReports reports({{"127.0.0.1:1", "nonsense"}, std::nullopt},
                      {system.network, clock, system.random});
  for (int i = 0; i < 10; ++i)
    reports.Note({"g1", "127.0.0.1:2", i % 2 == 0 ? CallOutcome::kFailed : CallOutcome::kOk, {}});
}

}  // namespace
}  // namespace yundisk::client
