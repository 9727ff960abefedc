#include "player/http_url.h"

#include <gtest/gtest.h>

namespace yundisk::player {
namespace {

TEST(HttpUrl, TakesPlainAddresses) {
  const auto url = ParseHttpUrl("http://Disk.Example.org:8080/api/v1/signed/t/a%20b.mp4");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "disk.example.org");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->path, "/api/v1/signed/t/a%20b.mp4");
  EXPECT_EQ(url->ToString(), "http://disk.example.org:8080/api/v1/signed/t/a%20b.mp4");
}

TEST(HttpUrl, LeavesOutTheSchemesOwnPort) {
  EXPECT_EQ(ParseHttpUrl("http://a:80/")->Origin(), "http://a");
  EXPECT_EQ(ParseHttpUrl("https://a:443/")->Origin(), "https://a");
  EXPECT_EQ(ParseHttpUrl("https://a:80/")->Origin(), "https://a:80");
  EXPECT_EQ(ParseHttpUrl("http://[::1]:8080/x")->Origin(), "http://[::1]:8080");
}

class RefusedUrl : public testing::TestWithParam<const char*> {};

TEST_P(RefusedUrl, IsRefused) { EXPECT_FALSE(ParseHttpUrl(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(
    HttpUrl, RefusedUrl,
    testing::Values("", "http", "http://", "http:///x", "http://a", "HTTP://a/", "ftp://a/",
                    "file:///etc/passwd", "javascript:alert(1)", "http:/a/", "http:a/", "//a/x",
                    "http://user@a/", "http://user:password@a/", "http://a@b/", "http://a:b@c/",
                    "http://a:0/", "http://a:65536/", "http://a:/", "http://a:80x/",
                    "http://a:+80/", "http://a\\@b/", "http://a\\b", "http://a/\\b", "http://a/x?y",
                    "http://a/x#y", "http://a?x", "http://a#x", "http://a/ b", "http://a/\tb",
                    "http://a/\n", "http://a /", "http://a%2fb/", "http://ä/", "http://a/ä",
                    "http://a/%", "http://a/%4", "http://a/%zz", "http://a/../b", "http://a/.",
                    "http://a/b/..", "http://a/%2e%2E/b", "http://a/.%2e/b", "http://-a/",
                    "http://.a/", "http://[::1/", "http://[]/", "http://[::1]x/", "http://[::g]/",
                    "http://[::1%25eth0]/"));

TEST(HttpUrl, KeepsNamesThatOnlyLookLikeDots) {
  for (const char* path : {"/...", "/.a", "/a.", "/..a", "/%2e%2e%2e", "/%2f.."}) {
    EXPECT_TRUE(ParseHttpUrl(std::string("http://a") + path)) << path;
  }
}

TEST(HttpUrl, RefusesWhatIsTooLong) {
  const std::string start = "http://a/";
  EXPECT_TRUE(ParseHttpUrl(start + std::string(kMaxUrlBytes - start.size(), 'x')));
  EXPECT_FALSE(ParseHttpUrl(start + std::string(kMaxUrlBytes - start.size() + 1, 'x')));
  EXPECT_FALSE(ParseHttpUrl("http://" + std::string(254, 'a') + "/"));
}

TEST(HttpUrl, ReadsOriginsWithAndWithoutSlash) {
  EXPECT_EQ(ParseOrigin("https://disk.example.org")->Origin(), "https://disk.example.org");
  EXPECT_EQ(ParseOrigin("http://127.0.0.1:8080/")->Origin(), "http://127.0.0.1:8080");
  EXPECT_FALSE(ParseOrigin("https://disk.example.org/x"));
  EXPECT_FALSE(ParseOrigin("disk.example.org"));
}

}  // namespace
}  // namespace yundisk::player
