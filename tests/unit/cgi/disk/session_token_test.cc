#include "cgi/disk/session_token.h"

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

TEST(SessionToken, RoundTripsThroughItsText) {
  SystemRandom random;
  const SessionToken drawn = SessionToken::Draw(1234567890123, random);
  EXPECT_EQ(drawn.text.size(), kSessionTokenCharacters);
  const auto parsed = SessionToken::Parse(drawn.text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->claimed_user_id, 1234567890123);
  EXPECT_EQ(parsed->hash, drawn.hash);
  EXPECT_NE(SessionToken::Draw(1234567890123, random).text, drawn.text);
}

TEST(SessionToken, RefusesWhatIsNone) {
  EXPECT_FALSE(SessionToken::Parse("").has_value());
  EXPECT_FALSE(SessionToken::Parse(std::string(42, 'A')).has_value());
  EXPECT_FALSE(SessionToken::Parse(std::string(44, 'A')).has_value());
  EXPECT_FALSE(SessionToken::Parse(std::string(42, 'A') + "=").has_value());
  EXPECT_FALSE(SessionToken::Parse(std::string(42, 'A') + "\xff").has_value());
  EXPECT_FALSE(SessionToken::Parse(std::string(42, 'A') + "B").has_value());  // unused bits set
  EXPECT_TRUE(SessionToken::Parse(std::string(43, 'A')).has_value());
}

}  // namespace
}  // namespace yundisk::disk
