#include "cgi/disk/http_headers.h"

#include <gtest/gtest.h>

#include "cgi/disk/content_digest.h"
#include "cgi/disk/time_text.h"

namespace yundisk::disk {
namespace {

TEST(Conditions, DecideOnTheState) {
  const auto check = [](std::string_view if_match, std::string_view if_none_match,
                        const std::optional<std::string>& etag) {
    return Conditions::Parse(if_match, if_none_match)->Check(etag).ok();
  };
  EXPECT_TRUE(check("", "", std::nullopt));
  EXPECT_TRUE(check("\"a\"", "", "\"a\""));
  EXPECT_FALSE(check("\"a\"", "", "\"b\""));
  EXPECT_FALSE(check("\"a\"", "", std::nullopt));
  EXPECT_FALSE(check("*", "", std::nullopt));
  EXPECT_TRUE(check("*", "", "\"x\""));
  EXPECT_FALSE(check("W/\"a\"", "", "\"a\""));
  EXPECT_TRUE(check("", "*", std::nullopt));
  EXPECT_FALSE(check("", "*", "\"a\""));
  EXPECT_FALSE(check("", "W/\"a\"", "\"a\""));
  EXPECT_TRUE(check("", "\"b\"", "\"a\""));
}

TEST(ReprDigest, ReadsSha256) {
  const Sha256 empty = DigestOf({}).sha256;
  const std::string member = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
  EXPECT_EQ(ParseReprDigest(member)->value(), empty);
  EXPECT_EQ(ParseReprDigest("sha-512=:AA==:, " + member)->value(), empty);
  EXPECT_EQ(ParseReprDigest(" " + member + " ")->value(), empty);
  EXPECT_FALSE(ParseReprDigest("")->has_value());
  EXPECT_FALSE(ParseReprDigest("sha-512=:AA==:")->has_value());
}

TEST(ReprDigest, RefusesWhatIsMalformed) {
  for (const auto* text :
       {"sha-256", "sha-256=", "sha-256=abc", "sha-256=::", "sha-256=:", "sha-256=:AA==:",
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU:", "sha-256=:!:", ",",
        "=:AA==:", "SHA-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:,",
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:;a",
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUAAAA=:"})
    EXPECT_FALSE(ParseReprDigest(text).ok()) << text;
}

TEST(TimeText, IsRfc3339) {
  EXPECT_EQ(Rfc3339(1'795'238'844'123), "2026-11-21T05:27:24.123Z");
  EXPECT_EQ(Rfc3339(0), "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace yundisk::disk
