#include "common/http/percent.h"

#include <gtest/gtest.h>

namespace yundisk::http {
namespace {

TEST(PercentCoding, IsStrictAndRoundTrips) {
  EXPECT_EQ(PercentDecode("a%2fb+%e4").value(), "a/b+\xe4");
  EXPECT_EQ(PercentDecodeForm("a%2fb+%e4").value(), "a/b \xe4");
  for (const char* malformed : {"%", "%1", "%G0", "%0G", "a%"})
    EXPECT_FALSE(PercentDecode(malformed).ok()) << malformed;
  EXPECT_EQ(PercentEncode("/a b/七", "/"), "/a%20b/%E4%B8%83");
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  EXPECT_EQ(PercentDecode(PercentEncode(all)).value(), all);
}

}  // namespace
}  // namespace yundisk::http
