#include "cgi/disk/username.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

TEST(Username, TakesLettersOfAnyScript) {
  for (const char* name : {"a", "alice", "Zoë", "七星", "Ирина", "हिन्दी", "a.b_c-d", "7up", "x1"})
    EXPECT_TRUE(Username::Parse(name).ok()) << name;
}

TEST(Username, LookAlikesInCaseAndWidthAreOneName) {
  const std::string key = Username::Parse("alice")->key;
  for (const char* name : {"ALICE", "Alice", "Ａｌｉｃｅ", "aLiCe"})
    EXPECT_EQ(Username::Parse(name)->key, key) << name;
  EXPECT_EQ(Username::Parse("STRASSE")->key, Username::Parse("straße")->key);
  EXPECT_EQ(Username::Parse("Zoe\u0308")->key, Username::Parse("ZOË")->key);
  EXPECT_NE(Username::Parse("alicе")->key, key);  // the last letter is Cyrillic
  EXPECT_EQ(Username::Parse("Ａlice")->shown, "Ａlice");
}

TEST(Username, RefusesEverythingElse) {
  for (const char* name : {"", " ", "a b", ".a", "-a", "_a", "a/b", "a\\b", "a@b", "a\tb", "a\x01",
                           "\u0301a", "a\u200d", "a\u202e", "🎬", "a:b", "a%", "\xff", "\u3000"})
    EXPECT_EQ(Username::Parse(name).error().code(), Code::kBadRequest) << name;
  EXPECT_FALSE(Username::Parse(std::string_view("a\0b", 3)).ok());
}

TEST(Username, HasAtMost64Characters) {
  EXPECT_TRUE(Username::Parse(std::string(64, 'a')).ok());
  EXPECT_FALSE(Username::Parse(std::string(65, 'a')).ok());
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "七";
  EXPECT_TRUE(Username::Parse(wide).ok());
  // Few characters that fold to very many.
  std::string expanding;
  for (int i = 0; i < 64; ++i) expanding += "\uFDFA";
  EXPECT_FALSE(Username::Parse(expanding).ok());
}

TEST(NormalizedNfc, ComposesAndKeepsCase) {
  EXPECT_EQ(NormalizedNfc("Zoe\u0308"), "Zoë");
  EXPECT_EQ(NormalizedNfc(""), "");
}

}  // namespace
}  // namespace yundisk::disk
