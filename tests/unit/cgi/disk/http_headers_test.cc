#include "cgi/disk/http_headers.h"

#include <gtest/gtest.h>

#include "cgi/disk/content_digest.h"
#include "cgi/disk/time_text.h"

namespace yundisk::disk {
namespace {

TEST(EtagList, ReadsListsAndTheStar) {
  EXPECT_TRUE(EtagList::Parse("*")->any());
  EXPECT_TRUE(EtagList::Parse(" * ")->any());
  const EtagList list = EtagList::Parse(R"("a" ,W/"b",  "c,d")").value();
  EXPECT_FALSE(list.any());
  EXPECT_TRUE(list.MatchesStrongly("\"a\""));
  EXPECT_FALSE(list.MatchesStrongly("\"b\""));
  EXPECT_TRUE(list.MatchesWeakly("\"b\""));
  EXPECT_TRUE(list.MatchesStrongly("\"c,d\""));
  EXPECT_FALSE(list.MatchesWeakly("\"c\""));
  EXPECT_TRUE(EtagList::Parse("\"\"")->MatchesStrongly("\"\""));
}

TEST(EtagList, RefusesWhatIsNone) {
  for (const auto* text : {"a", "\"a", "a\"", "\"a\" \"b\"", "\"a\",", ",\"a\"", "W/", "w/\"a\"",
                           "*,\"a\"", "\"a b\"", "\"a\"x", "W/*", " "})
    EXPECT_FALSE(EtagList::Parse(text).ok()) << text;
  std::string many = "\"0\"";
  for (std::size_t i = 1; i < kEtagsMax; ++i) many += ",\"0\"";
  EXPECT_TRUE(EtagList::Parse(many).ok());
  EXPECT_FALSE(EtagList::Parse(many + ",\"0\"").ok());
}

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

TEST(ContentDisposition, NamesInBothForms) {
  EXPECT_EQ(ContentDisposition("inline", "a b.txt"), "inline; filename=\"a b.txt\"");
  EXPECT_EQ(ContentDisposition("attachment", "a\"b.txt"),
            "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt");
  EXPECT_EQ(ContentDisposition("attachment", "中.txt"),
            "attachment; filename=\"___.txt\"; filename*=UTF-8''%E4%B8%AD.txt");
}

TEST(TimeText, BothForms) {
  EXPECT_EQ(Rfc3339(1'795'238'844'123), "2026-11-21T05:27:24.123Z");
  EXPECT_EQ(HttpDate(1'795'238'844'123), "Sat, 21 Nov 2026 05:27:24 GMT");
  EXPECT_EQ(Rfc3339(0), "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace yundisk::disk
