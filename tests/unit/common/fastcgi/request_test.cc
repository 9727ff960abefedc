#include "common/fastcgi/request.h"

#include <gtest/gtest.h>

#include "tests/support/test_request.h"

namespace yundisk::fcgi {
namespace {

using test::TestRequest;

TEST(Request, ReadsTheParameters) {
  TestRequest made({.method = "PUT", .target = "/a%20b?x=1&y", .body = "12345", .is_tls = true});
  const Request& request = made.request();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/a%20b?x=1&y");
  EXPECT_EQ(request.path(), "/a%20b");
  EXPECT_EQ(request.query(), "x=1&y");
  EXPECT_EQ(request.remote_address, "192.0.2.1");
  EXPECT_TRUE(request.is_tls);
  EXPECT_EQ(request.content_length, 5u);
}

TEST(Request, AnEmptyContentLengthIsNone) {
  TestRequest made({});
  EXPECT_EQ(made.Param("CONTENT_LENGTH", "").request().content_length, std::nullopt);
  TestRequest nonsense({});
  EXPECT_EQ(nonsense.Param("CONTENT_LENGTH", "12x").request().content_length, std::nullopt);
}

TEST(Request, FindsHeadersByTheirName) {
  TestRequest made({});
  made.Header("if-match", "\"1\"").Header("content-type", "text/plain").Header("x-a-b", "");
  const Request& request = made.request();
  EXPECT_EQ(request.Header("if-match"), "\"1\"");
  EXPECT_EQ(request.Header("content-type"), "text/plain");
  EXPECT_EQ(request.Header("if"), "");
  EXPECT_EQ(request.Header("if-match-not"), "");
  EXPECT_EQ(request.Header("x-a-b"), "");
}

TEST(Request, FindsParametersByTheirWholeName) {
  TestRequest made({});
  made.Param("PHASE_LONG", "no").Param("PHASE", "a=b");
  EXPECT_EQ(made.request().Param("PHASE"), "a=b");
  EXPECT_EQ(made.request().Param("PHAS"), "");
}

TEST(Request, FindsCookies) {
  TestRequest made({});
  made.Header("cookie", "a=1; yundisk_session=t=t;b=2; b=3");
  const Request& request = made.request();
  EXPECT_EQ(request.Cookie("a"), "1");
  EXPECT_EQ(request.Cookie("yundisk_session"), "t=t");
  EXPECT_EQ(request.Cookie("b"), "2");
  EXPECT_EQ(request.Cookie("c"), std::nullopt);
}

TEST(Request, DecodesQueryValues) {
  TestRequest made({.target = "/f?path=%2FFilms+%E4%B8%83&empty=&flag&p%61th2=x&bad=%4"});
  const Request& request = made.request();
  EXPECT_EQ(request.QueryValue("path").value(), "/Films 七");
  EXPECT_EQ(request.QueryValue("empty").value(), "");
  EXPECT_EQ(request.QueryValue("flag").value(), "");
  EXPECT_EQ(request.QueryValue("path2").value(), "x");
  EXPECT_EQ(request.QueryValue("bad").error().code(), Code::kBadRequest);
  EXPECT_EQ(request.QueryValue("none").value(), std::nullopt);
}

TEST(Request, ReadsBodiesWithinTheLimit) {
  TestRequest made({.method = "POST", .body = std::string(100'000, 'x')});
  EXPECT_EQ(made.request().ReadBody(100'000).value().size(), 100'000u);
  EXPECT_EQ(made.request().ReadBody(99'999).error().code(), Code::kTooLarge);
}

TEST(Request, ABodyShorterThanAnnouncedIsRefused) {
  TestRequest made({.method = "POST", .body = "123", .content_length = 4});
  EXPECT_EQ(made.request().ReadBody(10).error().code(), Code::kBadRequest);
}

}  // namespace
}  // namespace yundisk::fcgi
