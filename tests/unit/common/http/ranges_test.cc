#include "common/http/ranges.h"

#include <gtest/gtest.h>

namespace yundisk::http {
namespace {

TEST(Range, ReadsOneRange) {
  const auto range = [](std::string_view text) { return ParseRange(text, 100); };
  const auto part = [](std::uint64_t offset, std::uint64_t length) {
    return RangeAnswer(ByteRange{offset, length});
  };
  EXPECT_EQ(range("bytes=0-0"), part(0, 1));
  EXPECT_EQ(range("bytes=0-99"), part(0, 100));
  EXPECT_EQ(range("bytes=10-"), part(10, 90));
  EXPECT_EQ(range("bytes=99-1000"), part(99, 1));
  EXPECT_EQ(range("bytes=-1"), part(99, 1));
  EXPECT_EQ(range("bytes=-1000"), part(0, 100));
  EXPECT_EQ(range("bytes= 5-6"), part(5, 2));
  EXPECT_EQ(range("bytes=5-99999999999999999999"), part(5, 95));
  EXPECT_EQ(range("bytes=-99999999999999999999"), part(0, 100));
}

TEST(Range, RefusesWhatLiesOutside) {
  for (const auto* text :
       {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"})
    EXPECT_EQ(ParseRange(text, 100), RangeAnswer(RangeNotSatisfiable{})) << text;
  EXPECT_EQ(ParseRange("bytes=0-", 0), RangeAnswer(RangeNotSatisfiable{}));
  EXPECT_EQ(ParseRange("bytes=-5", 0), RangeAnswer(RangeNotSatisfiable{}));
}

TEST(Range, IgnoresTheRest) {
  for (const auto* text :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-0", "lines=0-1", "bytes=0-1,3-4",
        "bytes=0--1", "bytes=+1-2", "bytes=1 -2", "bytes=--1", "bytes=0x1-2"})
    EXPECT_EQ(ParseRange(text, 100), RangeAnswer(WholeContent{})) << text;
}

TEST(Ranges, ReadsSeveralInTheirOrder) {
  const auto ranges = [](std::string_view text) { return ParseRanges(text, 100, 3); };
  const auto parts = [](std::vector<ByteRange> list) { return RangesAnswer(std::move(list)); };
  EXPECT_EQ(ranges("bytes=0-0"), parts({{0, 1}}));
  EXPECT_EQ(ranges("bytes=50-59,0-9 ,\t-1"), parts({{50, 10}, {0, 10}, {99, 1}}));
  EXPECT_EQ(ranges("bytes=100-,5-6"), parts({{5, 2}}));
  EXPECT_EQ(ranges("bytes=0-49,50-"), parts({{0, 50}, {50, 50}}));
  EXPECT_EQ(ranges("bytes=100-,200-300"), RangesAnswer(RangeNotSatisfiable{}));
}

TEST(Ranges, AnswersTheWholeWhereThatIsLess) {
  for (const auto* text : {"bytes=0-0,1-1,2-2,3-3", "bytes=0-,0-0", "bytes=0-60,40-99",
                           "bytes=0-1,x", "bytes=0-1,", "bytes=,0-1", "bytes=3-2,0-1", "", "0-1"})
    EXPECT_EQ(ParseRanges(text, 100, 3), RangesAnswer(WholeContent{})) << text;
}

}  // namespace
}  // namespace yundisk::http
