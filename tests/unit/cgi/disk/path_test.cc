#include "cgi/disk/path.h"

#include <random>

#include <gtest/gtest.h>

namespace yundisk::disk {
namespace {

using namespace std::string_view_literals;

TEST(Path, ReadsNames) {
  const Path path = Path::Parse("/Films/第一季/a b.mp4").value();
  EXPECT_EQ(path.names(), (std::vector<std::string>{"Films", "第一季", "a b.mp4"}));
  EXPECT_EQ(path.name(), "a b.mp4");
  EXPECT_EQ(path.ToString(), "/Films/第一季/a b.mp4");
  EXPECT_EQ(path.Parent().ToString(), "/Films/第一季");
  EXPECT_EQ(path.Parent().Child("x").ToString(), "/Films/第一季/x");
  EXPECT_FALSE(path.names_a_folder());
}

TEST(Path, TheRootHasNoNames) {
  const Path root = Path::Parse("/").value();
  EXPECT_TRUE(root.IsRoot());
  EXPECT_EQ(root.ToString(), "/");
  EXPECT_EQ(root.Parent(), root);
  EXPECT_EQ(root, Path());
  EXPECT_TRUE(Path::FromUrl("").value().IsRoot());
}

TEST(Path, OneSlashAtTheEndNamesAFolder) {
  const Path path = Path::Parse("/a/b/").value();
  EXPECT_TRUE(path.names_a_folder());
  EXPECT_EQ(path.ToString(), "/a/b");
}

TEST(Path, OddNamesAreNames) {
  for (const auto name :
       {"..."sv,     ".hidden"sv, "a.."sv, ".. "sv, " "sv,    "a\\b"sv,        "%2e"sv,
        "~"sv,       "*"sv,       "?"sv,   "C:"sv,  "nul"sv,  "😀"sv,           "e\u0301"sv,
        "\u202Ea"sv, "a;b"sv,     "'--"sv, "<b>"sv, "$(x)"sv, "\xEF\xBB\xBF"sv}) {
    const auto path = Path::Parse("/" + std::string(name));
    ASSERT_TRUE(path.ok()) << name;
    EXPECT_EQ(path->name(), name);
  }
}

struct Refused {
  std::string text;
  std::string_view says;
};

TEST(Path, RefusesAndSaysWhy) {
  const std::vector<Refused> cases{
      {"", "begin"},
      {"a", "begin"},
      {"./a", "begin"},
      {"//", "empty"},
      {"//a", "empty"},
      {"/a//", "empty"},
      {"/a//b", "empty"},
      {"/.", "'.'"},
      {"/./a", "'.'"},
      {"/a/.", "'.'"},
      {"/a/./b", "'.'"},
      {"/..", "'..'"},
      {"/../a", "'..'"},
      {"/a/..", "'..'"},
      {"/a/../", "'..'"},
      {"/a/../../b", "'..'"},
      {std::string("/a\0b"sv), "control"},
      {"/a\nb", "control"},
      {"/a\x7f", "control"},
      {"/\xC2\x85", "control"},
      {"/\xFF", "UTF-8"},
      {"/\xC0\xAF", "UTF-8"},
      {"/\xED\xA0\x80", "UTF-8"},
      {"/a\xE4\xB8", "UTF-8"},
      {"/" + std::string(256, 'a'), "256"},
      {"/" + std::string(4096, 'a'), "4097"},
  };
  for (const Refused& refused : cases) {
    const auto path = Path::Parse(refused.text);
    ASSERT_FALSE(path.ok()) << refused.text;
    EXPECT_EQ(path.error().code(), Code::kBadRequest);
    EXPECT_NE(path.error().message().find(refused.says), std::string::npos)
        << path.error().message();
  }
}

TEST(Path, LimitsAreExact) {
  EXPECT_TRUE(Path::Parse("/" + std::string(255, 'a')).ok());
  std::string longest;
  while (longest.size() + 256 <= kPathBytesMax) longest += "/" + std::string(255, 'a');
  EXPECT_EQ(longest.size(), kPathBytesMax);
  EXPECT_TRUE(Path::Parse(longest).ok());
  EXPECT_FALSE(Path::Parse(longest + "/").ok());
}

TEST(Path, UrlsAreDecodedOnce) {
  EXPECT_EQ(Path::FromUrl("a%20b/%E4%B8%AD")->ToString(), "/a b/中");
  EXPECT_EQ(Path::FromUrl("%252e%252e")->name(), "%2e%2e");
  EXPECT_EQ(Path::FromUrl("a+b")->name(), "a+b");
  EXPECT_EQ(Path::FromUrl("a%2Fb")->names().size(), 2u);
}

// Every spelling of a bad name, at every place of a path.
TEST(Path, UrlTricksAreRefused) {
  const std::vector<std::string> bad{"..",        "%2e%2e",       ".%2e", "%2E.",         "%2e",
                                     ".",         "%00",          "a%00", "%0a",          "%0d%0ab",
                                     "%7f",       "%c2%80",       "%ff",  "%c0%ae%c0%ae", "%c0%af",
                                     "%ed%a0%80", "%f5%80%80%80", "%",    "%2",           "%zz",
                                     "%%",        "%2g",          "a%",   "%e4%b8",       "%80",
                                     "%1f",       "%9f",          "",     "%09",          "%1b[2J"};
  const std::vector<std::pair<std::string, std::string>> places{
      {"", "/a"},       {"a/", "/b"},  {"a/b/", "/c/d"}, {"a/", "//b"},        {"%61/", "/b"},
      {"a%2f", "%2fb"}, {"中/", "/b"}, {"a/", "/../b"},  {"a/b/c/d/e/", "/f"}, {" /", "/ "}};
  int checked = 0;
  for (const std::string& name : bad) {
    for (const auto& [before, after] : places) {
      const auto path = Path::FromUrl(before + name + after);
      ASSERT_FALSE(path.ok()) << before << name << after;
      EXPECT_EQ(path.error().code(), Code::kBadRequest);
      ++checked;
    }
  }
  EXPECT_EQ(checked, 300);
}

TEST(Path, RandomTextsParseToThemselvesOrNotAtAll) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view kAlphabet = "/./..ab%2\\\x01\xE4\xB8\xAD";
  for (int i = 0; i < 20000; ++i) {
    std::string text = "/";
    for (auto n = random() % 12; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
    const auto path = Path::Parse(text);
    if (!path) continue;
    EXPECT_EQ(path->ToString() + (path->names_a_folder() ? "/" : ""), text);
    for (const std::string& name : path->names()) EXPECT_TRUE(name != "." && name != "..");
  }
}

}  // namespace
}  // namespace yundisk::disk
