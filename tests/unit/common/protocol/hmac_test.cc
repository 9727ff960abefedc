#include "common/protocol/hmac.h"

#include <gtest/gtest.h>

namespace yundisk::wire {
namespace {

// RFC 4231, test case 2.
TEST(Hmac, IsTheOneOfTheRfc) {
  const Sha256 code = HmacSha256(AsBytes("Jefe"), AsBytes("what do ya want for nothing?"));
  EXPECT_EQ(HexFromBytes(code), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(SameSecret, ComparesLengthAndBytes) {
  EXPECT_TRUE(SameSecret(AsBytes("abc"), AsBytes("abc")));
  EXPECT_TRUE(SameSecret({}, {}));
  for (const char* other : {"abd", "ab", "abcd", "Abc", ""})
    EXPECT_FALSE(SameSecret(AsBytes("abc"), AsBytes(other))) << other;
}

}  // namespace
}  // namespace yundisk::wire
