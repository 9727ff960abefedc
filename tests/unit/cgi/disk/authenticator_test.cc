#include "cgi/disk/authenticator.h"

#include <gtest/gtest.h>

#include "tests/support/disk/account_fixture.h"
#include "tests/support/test_request.h"

namespace yundisk::disk {
namespace {

using test::TestRequest;

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest()
      : program_(test::SharedMariaDb().FreshDatabase(), test::SharedRedis().options(),
                 Stamps::Open("").value(), ids_, clock_) {
    const User user = program_.accounts.Register(test::Name("Alice"), "a password").value();
    user_id_ = user.id;
    token_ = program_.sessions.Create(user.id, {"192.0.2.1", ""}).value().token;
  }

  Result<SessionUser> Authenticate(TestRequest& request) {
    return program_.authenticator.Authenticate(request.request());
  }
  TestRequest WithCookie(const std::string& method) {
    TestRequest request({.method = method});
    request.Header("cookie", "theme=dark; yundisk_session=" + token_);
    return request;
  }

  test::ManualClock clock_;
  test::CountingIds ids_;
  test::Program program_;
  std::int64_t user_id_ = 0;
  std::string token_;
};

TEST_F(AuthenticatorTest, ByBearerTokenWhateverTheMethod) {
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    TestRequest request({.method = method});
    request.Header("authorization", "Bearer " + token_);
    EXPECT_EQ(Authenticate(request)->id, user_id_) << method;
  }
  TestRequest other_case({});
  other_case.Header("authorization", "bearer  " + token_);
  EXPECT_TRUE(Authenticate(other_case).ok());
}

TEST_F(AuthenticatorTest, ByCookieForReading) {
  for (const char* method : {"GET", "HEAD"}) {
    TestRequest request = WithCookie(method);
    EXPECT_EQ(Authenticate(request)->id, user_id_) << method;
  }
}

TEST_F(AuthenticatorTest, ChangesByCookieNeedTheHeader) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "MKCOL"}) {
    TestRequest without = WithCookie(method);
    EXPECT_EQ(Authenticate(without).error().code(), Code::kForbidden) << method;
    TestRequest wrong = WithCookie(method);
    wrong.Header("x-yundisk", "0");
    EXPECT_EQ(Authenticate(wrong).error().code(), Code::kForbidden) << method;
    TestRequest with = WithCookie(method);
    with.Header("x-yundisk", "1");
    EXPECT_TRUE(Authenticate(with).ok()) << method;
  }
}

TEST_F(AuthenticatorTest, NobodyWithoutAValidToken) {
  TestRequest nothing({});
  EXPECT_EQ(Authenticate(nothing).error().code(), Code::kUnauthenticated);
  for (const char* header : {"Bearer", "Bearer ", "Basic YTpi", "Bearer nonsense"}) {
    // A header that says who it is wins over the cookie, even when it is wrong.
    TestRequest request = WithCookie("GET");
    request.Header("authorization", header);
    EXPECT_EQ(Authenticate(request).error().code(), Code::kUnauthenticated) << header;
  }
}

TEST_F(AuthenticatorTest, ReadersMayNotWrite) {
  ASSERT_TRUE(
      program_.database.Acquire().value()->Execute("UPDATE users SET role = 'read_only'").ok());
  TestRequest request({.method = "PUT"});
  request.Header("authorization", "Bearer " + token_);
  EXPECT_TRUE(Authenticate(request).ok());
  EXPECT_EQ(program_.authenticator.AuthenticateWriter(request.request()).error().code(),
            Code::kForbidden);
}

}  // namespace
}  // namespace yundisk::disk
