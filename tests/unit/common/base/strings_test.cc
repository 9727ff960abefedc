#include "common/base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yundisk {
namespace {

using testing::ElementsAre;

TEST(Split, GivesOnePartMoreThanSeparators) {
  EXPECT_THAT(Split("a\tb\tc", '\t'), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Split("\tb\t", '\t'), ElementsAre("", "b", ""));
  EXPECT_THAT(Split("", '\t'), ElementsAre(""));
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(ParseNumber("0"), 0U);
  EXPECT_EQ(ParseNumber("18446744073709551615"), UINT64_MAX);
  for (const std::string_view wrong :
       {"", " 1", "1 ", "+1", "-1", "0x1", "1.5", "1\n", "18446744073709551616"})
    EXPECT_EQ(ParseNumber(wrong), std::nullopt) << wrong;
}

TEST(ParseNumber, FitsTheType) {
  EXPECT_EQ(ParseNumber<std::int64_t>("-7"), -7);
  EXPECT_EQ(ParseNumber<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(ParseNumber<std::uint16_t>("65536"), std::nullopt);
}

}  // namespace
}  // namespace yundisk
