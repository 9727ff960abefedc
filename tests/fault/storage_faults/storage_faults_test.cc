// Every call of the storage to its disk fails once, in a run of its own.
#include <cerrno>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/base/log.h"
#include "tests/fault/storage_faults/scenario.h"

namespace yundisk::faults {
namespace {

constexpr std::uint64_t kSeed = 1;

class StorageFaultsTest : public testing::TestWithParam<Call> {
 protected:
  static void SetUpTestSuite() { StartLog("storage_faults_test", LogLevel::kError); }

  // How often the call happens when nothing fails.
  static std::uint64_t CountOf(Call call) {
    Scenario scenario({}, Ending::kKill, kSeed);
    EXPECT_EQ(scenario.Play(), "");
    return scenario.injector().count(call);
  }

  void FailEach(Call call, int error_number, Ending ending) {
    const std::uint64_t count = CountOf(call);
    ASSERT_GT(count, 0U);
    std::uint64_t struck = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
      Scenario scenario({call, number, error_number}, ending, kSeed + number);
      const std::string violation = scenario.Play();
      ASSERT_EQ(violation, "") << NameOf(call) << " number " << number << " fails with "
                               << std::to_string(error_number);
      struck += scenario.injector().struck() ? 1 : 0;
    }
    // Another order of events has some calls less.
    EXPECT_GT(struck * 10, count * 9);
    fmt::print("{}: {} failures, error {}\n", NameOf(call), struck, error_number);
  }
};

TEST_P(StorageFaultsTest, FailsOnceThenTheProcessIsKilled) {
  FailEach(GetParam(), EIO, Ending::kKill);
  FailEach(GetParam(), ENOSPC, Ending::kKill);
}

TEST_P(StorageFaultsTest, FailsOnceThenThePowerFails) {
  FailEach(GetParam(), EIO, Ending::kPowerCut);
  FailEach(GetParam(), ENOSPC, Ending::kPowerCut);
}

INSTANTIATE_TEST_SUITE_P(Calls, StorageFaultsTest,
                         testing::Values(Call::kOpen, Call::kRead, Call::kWrite, Call::kSync,
                                         Call::kRename, Call::kRemove, Call::kSyncFolder,
                                         Call::kMakeFolder, Call::kList),
                         [](const auto& tested) {
                           std::string name(NameOf(tested.param));
                           std::erase(name, ' ');
                           return name;
                         });

}  // namespace
}  // namespace yundisk::faults
