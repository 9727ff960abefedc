#include "player/time_text.h"

#include <gtest/gtest.h>

namespace yundisk::player {
namespace {

using namespace std::chrono_literals;

TEST(TimeText, SaysMinutesAndSecondsAndHoursWhereThereAreAny) {
  EXPECT_EQ(TimeText(-5s), "0:00");
  EXPECT_EQ(TimeText(5999ms), "0:05");
  EXPECT_EQ(TimeText(12min + 34s), "12:34");
  EXPECT_EQ(TimeText(1h + 2min + 3s), "1:02:03");
  EXPECT_EQ(TimeText(100h), "100:00:00");
}

TEST(TimeText, LeavesOutALengthThatIsNotKnown) {
  EXPECT_EQ(ProgressText(5s, 0s), "0:05");
  EXPECT_EQ(ProgressText(5s, 1h), "0:05 / 1:00:00");
}

}  // namespace
}  // namespace yundisk::player
