#include "player/link.h"

#include <gtest/gtest.h>

namespace yundisk::player {
namespace {

constexpr auto kGood =
    "yundisk://play?url=http%3A%2F%2F127.0.0.1%3A8080%2Fapi%2Fv1%2Fsigned%2Fabc%2Fa%2520b.mp4"
    "&title=%E7%94%B5%E5%BD%B1%20%2B1&server=http%3A%2F%2F127.0.0.1%3A8080";

std::string LinkTo(const std::string& encoded_url) { return "yundisk://play?url=" + encoded_url; }

LinkProblem ProblemOf(const std::string& text) {
  const auto parsed = ParseLink(text);
  EXPECT_TRUE(std::holds_alternative<LinkProblem>(parsed)) << text;
  return std::holds_alternative<LinkProblem>(parsed) ? std::get<LinkProblem>(parsed)
                                                     : LinkProblem{-1};
}

TEST(Link, ReadsWhatThePageSends) {
  const auto parsed = ParseLink(kGood);
  ASSERT_TRUE(std::holds_alternative<Link>(parsed));
  const Link& link = std::get<Link>(parsed);
  EXPECT_EQ(link.url.ToString(), "http://127.0.0.1:8080/api/v1/signed/abc/a%20b.mp4");
  EXPECT_EQ(link.title, "电影 +1");
}

TEST(Link, TakesItsNameFromThePathWhenThePageSaysNone) {
  const auto parsed = ParseLink(LinkTo("https://a/api/v1/signed/t/A%2520film.mkv"));
  ASSERT_TRUE(std::holds_alternative<Link>(parsed));
  EXPECT_EQ(std::get<Link>(parsed).title, "A film.mkv");
}

TEST(Link, IgnoresParametersItDoesNotKnow) {
  EXPECT_TRUE(
      std::holds_alternative<Link>(ParseLink(std::string(kGood) + "&position=12&--fullscreen=1")));
}

TEST(Link, ComesWithTheSlashThatSomeDesktopsAdd) {
  EXPECT_TRUE(
      std::holds_alternative<Link>(ParseLink("yundisk://play/?url=http://a/api/v1/signed/t/n")));
}

TEST(Link, RefusesOtherSchemesAndActions) {
  for (const char* text : {"", "yundisk:", "yundisk://play", "YUNDISK://play?url=x", "http://a/",
                           "yundisk://pause?url=x", "--help", "-vvv"}) {
    EXPECT_EQ(ProblemOf(text), LinkProblem::kNotALink);
  }
  EXPECT_EQ(ProblemOf(std::string(kGood) + "&x=" + std::string(kMaxLinkBytes, 'x')),
            LinkProblem::kNotALink);
}

TEST(Link, RefusesWhatIsDamaged) {
  const std::string url = LinkTo("http://a/api/v1/signed/t/n");
  for (const std::string& text :
       {std::string("yundisk://play?"), std::string("yundisk://play?title=x"), LinkTo("%"),
        LinkTo("%4"), LinkTo("%zz"), url + "&url=http://a/api/v1/signed/t/m", url + "&title",
        url + "&title=a&title=b", url + "&title=%FF", url + "&title=%00", url + "&title=%0A",
        url + "&title=%E2%80%AE", url + "&&", url + "&title=%C0%80", url + "&title=%ED%A0%80",
        url + "&title=" + std::string(1025, 'x')}) {
    EXPECT_EQ(ProblemOf(text), LinkProblem::kMalformed) << text;
  }
}

TEST(Link, RefusesEverythingButHttp) {
  for (const char* target :
       {"file:///etc/passwd", "smb://a/b", "v4l2:///dev/video0", "javascript:1", "/etc/passwd",
        "http://user:password@a/api/v1/signed/t/n", "https://a/api/v1/signed/t/n%3A--sout=x?y",
        "http://a/api/v1/signed/t/n%20:sout=%23file", "dvd://", "screen://",
        "http://a/api/v1/signed/../x"}) {
    EXPECT_EQ(ProblemOf(LinkTo(target)), LinkProblem::kNotHttp);
  }
}

TEST(Link, RefusesAnotherServerThanItNames) {
  for (const char* server :
       {"http://b", "https://a", "http://a:81", "a", "", "http://a/x", "http://a.b"}) {
    EXPECT_EQ(ProblemOf(LinkTo("http://a/api/v1/signed/t/n") + "&server=" + server),
              LinkProblem::kOtherServer);
  }
}

TEST(Link, RefusesWhatIsNotSigned) {
  for (const char* path :
       {"/", "/admin/reboot", "/api/v1/content/film.mp4", "/api/v1/signed", "/x/api/v1/signed/t/n"})
    EXPECT_EQ(ProblemOf(LinkTo(std::string("http://a") + path)), LinkProblem::kNotSigned);
}

}  // namespace
}  // namespace yundisk::player
