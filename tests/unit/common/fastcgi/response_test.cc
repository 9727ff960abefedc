#include "common/fastcgi/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/fastcgi/router.h"
#include "tests/support/test_request.h"

namespace yundisk::fcgi {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Problem, IsAnRfc9457Document) {
  const Response response = Problem(Error(Code::kNotFound, "no file 七"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.Header("Content-Type"), "application/problem+json");
  EXPECT_EQ(*response.body,
            "{\"code\":\"not_found\",\"detail\":\"no file 七\",\"status\":404,"
            "\"title\":\"There is no such thing\",\"type\":\"about:blank\"}");
}

TEST(Problem, HidesWhatFailedInside) {
  const Response response = Problem(Error(Code::kIo, "/secret/place: broken"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(*response.body, Not(HasSubstr("secret")));
}

TEST(Problem, TellsWhenToComeBackAndHowToSignIn) {
  EXPECT_EQ(Problem(Error(Code::kUnavailable, "x")).Header("Retry-After"), "1");
  EXPECT_EQ(Problem(Error(Code::kUnauthenticated, "x")).Header("WWW-Authenticate"),
            "Bearer realm=\"yundisk\"");
}

TEST(Problem, StaysUtf8AndTakesAnotherCode) {
  EXPECT_THAT(*Problem(Error(Code::kBadRequest, "\xff")).body, Not(HasSubstr("\xff")));
  EXPECT_THAT(*Problem(Error(Code::kExists, "taken"), "name_taken").body,
              HasSubstr("\"code\":\"name_taken\""));
}

TEST(Response, SetReplaces) {
  Response response;
  response.Set("A", "1").Set("A", "2");
  EXPECT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.Header("A"), "2");
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    const auto answer = [](const char* text) {
      return [text](Request&) { return Text(200, "text/plain", text); };
    };
    router_.Add("GET", "/me", answer("me"));
    router_.Add("POST", "/me", answer("posted"));
    router_.Add("PUT", "/content/", answer("content"));
  }
  Response Ask(const char* method, const char* target) {
    test::TestRequest made({.method = method, .target = target});
    return router_(made.request());
  }

  Router router_;
};

TEST_F(RouterTest, MatchesMethodAndPath) {
  EXPECT_EQ(*Ask("GET", "/me?x=1").body, "me");
  EXPECT_EQ(*Ask("POST", "/me").body, "posted");
  EXPECT_EQ(*Ask("PUT", "/content/a/b").body, "content");
  EXPECT_EQ(Ask("PUT", "/content").status, 404);
  EXPECT_EQ(Ask("GET", "/me/").status, 404);
}

TEST_F(RouterTest, HeadIsServedByGet) { EXPECT_EQ(*Ask("HEAD", "/me").body, "me"); }

TEST_F(RouterTest, AnotherMethodIsToldWhatIsAllowed) {
  const Response response = Ask("DELETE", "/me");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.Header("Allow"), "GET, POST");
}

}  // namespace
}  // namespace yundisk::fcgi
