#include "storage_core/cli/progress_bar.h"

#include <gtest/gtest.h>

namespace yundisk::cli {
namespace {

TEST(ProgressBar, HumanBytes) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes(std::uint64_t{3} << 30U), "3.0 GiB");
  EXPECT_EQ(HumanBytes(~std::uint64_t{0}), "16.0 EiB");
}

TEST(ProgressBar, BarText) {
  EXPECT_EQ(BarText(1, 0), "");
  EXPECT_EQ(BarText(0, 10), "[>                             ]   0 %");
  EXPECT_EQ(BarText(5, 10), "[===============>              ]  50 %");
  EXPECT_EQ(BarText(10, 10), "[==============================] 100 %");
  EXPECT_EQ(BarText(20, 10), "[==============================] 100 %");
}

}  // namespace
}  // namespace yundisk::cli
