#include "common/http/entity_tags.h"

#include <gtest/gtest.h>

namespace yundisk::http {
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

TEST(ContentEtag, IsTheDigestInQuotes) {
  EXPECT_EQ(ContentEtag(Sha256{}), '"' + std::string(64, '0') + '"');
}

}  // namespace
}  // namespace yundisk::http
