#include "cgi/account/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/reader.h>

#include "tests/support/disk/account_fixture.h"
#include "tests/support/test_request.h"

namespace yundisk::account {
namespace {

using fcgi::Response;
using test::TestRequest;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = R"({"username":"Alice","password":"a password"})";

Json::Value Parse(const Response& response) {
  Json::Value value;
  std::string problems;
  const std::string& text = *response.body;
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  EXPECT_TRUE(reader->parse(text.data(), text.data() + text.size(), &value, &problems)) << problems;
  return value;
}

class AccountEndpointTest : public testing::Test {
 protected:
  AccountEndpointTest()
      : program_(test::SharedMariaDb().FreshDatabase(), Away(), disk::Stamps::Open("").value(),
                 ids_, clock_),
        throttle_(program_.redis, clock_),
        router_(MakeRouter({program_.accounts, program_.sessions, program_.authenticator, throttle_,
                            std::chrono::hours(24)})) {}

  static redis::Options Away() {
    redis::Options options;
    options.socket = "/nowhere";
    return options;
  }
  Response Ask(TestRequest request) { return router_(request.request()); }
  Response Post(const std::string& target, const std::string& body, const std::string& token = "") {
    TestRequest request = TestRequest::Json("POST", target, body);
    if (!token.empty()) request.Header("authorization", "Bearer " + token);
    return Ask(std::move(request));
  }
  Response Get(const std::string& target, const std::string& token) {
    TestRequest request({.target = target});
    request.Header("authorization", "Bearer " + token);
    return Ask(std::move(request));
  }
  std::string SignIn(const std::string& body = kAlice) {
    return Parse(Post("/api/v1/sessions", body))["token"].asString();
  }
  void Register() { ASSERT_EQ(Post("/api/v1/users", kAlice).status, 201); }

  test::ManualClock clock_;
  test::CountingIds ids_;
  test::Program program_;
  disk::SignInThrottle throttle_;
  fcgi::Router router_;
};

TEST_F(AccountEndpointTest, RegistersAndTellsTheUser) {
  const Response response = Post("/api/v1/users", kAlice);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.Header("Cache-Control"), "no-store");
  const Json::Value user = Parse(response);
  EXPECT_EQ(user["username"], "Alice");
  EXPECT_EQ(user["role"], "user");
  EXPECT_EQ(user["quota_bytes"].asUInt64(), 1000u);
  EXPECT_EQ(user["used_bytes"].asUInt64(), 0u);
  EXPECT_TRUE(user["id"].isString());
  EXPECT_FALSE(user["password_is_initial"].asBool());
  EXPECT_EQ(user.size(), 7u);
}

TEST_F(AccountEndpointTest, ATakenNameIsAConflict) {
  Register();
  const Response response =
      Post("/api/v1/users", R"({"username":"ALICE","password":"another one"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(Parse(response)["code"], "name_taken");
}

TEST_F(AccountEndpointTest, BadBodiesNameTheField) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"username":"Alice"})", "'password' is missing"},
      {R"({"password":"a password"})", "'username' is missing"},
      {R"({"username":"Alice","password":"short"})", "'password' needs at least 8"},
      {R"({"username":"a b","password":"a password"})", "'username' may hold"},
      {R"({"username":"","password":"a password"})", "'username' needs at least 1"},
      {R"({"username":1,"password":"a password"})", "'username' is not a string"},
      {R"({"username":"Alice","password":"a password","role":"admin"})", "'role' is not known"},
      {"[]", "not a JSON object"},
      {"{", "not valid JSON"}};
  for (const char* target : {"/api/v1/users", "/api/v1/sessions"})
    for (const auto& [body, complaint] : cases) {
      const Response response = Post(target, body);
      EXPECT_EQ(response.status, 400) << body;
      EXPECT_THAT(*response.body, HasSubstr(complaint));
    }
  EXPECT_EQ(Ask(TestRequest({.method = "POST", .target = "/api/v1/users", .body = kAlice})).status,
            415);
}

TEST_F(AccountEndpointTest, SigningInGivesATokenAndACookie) {
  Register();
  const Response response = Post("/api/v1/sessions", kAlice);
  EXPECT_EQ(response.status, 201);
  const Json::Value session = Parse(response);
  const std::string token = session["token"].asString();
  EXPECT_EQ(session["user"]["username"], "Alice");
  EXPECT_EQ(response.Header("Set-Cookie"),
            "yundisk_session=" + token + "; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
  EXPECT_EQ(Parse(Get("/api/v1/me", token))["username"], "Alice");
}

TEST_F(AccountEndpointTest, UnderTlsTheCookieIsSecure) {
  Register();
  TestRequest request(
      {.method = "POST", .target = "/api/v1/sessions", .body = kAlice, .is_tls = true});
  request.Header("content-type", "application/json");
  EXPECT_THAT(std::string(Ask(std::move(request)).Header("Set-Cookie")), HasSubstr("; Secure"));
}

TEST_F(AccountEndpointTest, WrongCredentialsAreOneAnswer) {
  Register();
  const Response wrong =
      Post("/api/v1/sessions", R"({"username":"Alice","password":"not the one"})");
  const Response nobody =
      Post("/api/v1/sessions", R"({"username":"Bob","password":"not the one"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(*wrong.body, *nobody.body);
  EXPECT_EQ(Parse(wrong)["code"], "wrong_credentials");
}

TEST_F(AccountEndpointTest, GuessingIsSlowedDown) {
  Register();
  const std::string wrong = R"({"username":"Alice","password":"not the one"})";
  for (int i = 0; i < disk::kAttemptsPerAccount; ++i)
    EXPECT_EQ(Post("/api/v1/sessions", wrong).status, 401);
  const Response blocked = Post("/api/v1/sessions", kAlice);
  EXPECT_EQ(blocked.status, 429);
  EXPECT_EQ(blocked.Header("Retry-After"), "600");
  clock_.Advance(disk::kThrottleWindow);
  EXPECT_EQ(Post("/api/v1/sessions", kAlice).status, 201);
}

TEST_F(AccountEndpointTest, SigningOutEndsTheSession) {
  Register();
  const std::string token = SignIn();
  TestRequest request({.method = "DELETE", .target = "/api/v1/sessions/current"});
  request.Header("authorization", "Bearer " + token);
  const Response response = Ask(std::move(request));
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(std::string(response.Header("Set-Cookie")), HasSubstr("Max-Age=0"));
  EXPECT_EQ(Get("/api/v1/me", token).status, 401);
}

TEST_F(AccountEndpointTest, SigningOutByCookieNeedsTheHeader) {
  Register();
  const std::string token = SignIn();
  TestRequest request({.method = "DELETE", .target = "/api/v1/sessions/current"});
  request.Header("cookie", "yundisk_session=" + token);
  EXPECT_EQ(Ask(std::move(request)).status, 403);
  EXPECT_EQ(Get("/api/v1/me", token).status, 200);
}

TEST_F(AccountEndpointTest, ChangesThePassword) {
  Register();
  const std::string token = SignIn();
  const std::string other = SignIn();
  const Response wrong =
      Post("/api/v1/me/password", R"({"current_password":"x","new_password":"my new one"})", token);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(Parse(wrong)["code"], "wrong_password");
  EXPECT_EQ(Post("/api/v1/me/password",
                 R"({"current_password":"a password","new_password":"short"})", token)
                .status,
            400);
  EXPECT_EQ(Post("/api/v1/me/password",
                 R"({"current_password":"a password","new_password":"my new one"})", token)
                .status,
            204);
  EXPECT_EQ(Get("/api/v1/me", token).status, 200);
  EXPECT_EQ(Get("/api/v1/me", other).status, 401);
  EXPECT_NE(SignIn(R"({"username":"Alice","password":"my new one"})"), "");
}

TEST_F(AccountEndpointTest, GuessingTheCurrentPasswordIsSlowedDown) {
  Register();
  const std::string token = SignIn();
  const std::string wrong = R"({"current_password":"x","new_password":"my new one"})";
  for (int i = 0; i < disk::kAttemptsPerAccount; ++i)
    EXPECT_EQ(Post("/api/v1/me/password", wrong, token).status, 403);
  EXPECT_EQ(Post("/api/v1/me/password", wrong, token).status, 429);
  EXPECT_NE(SignIn(), "");
}

TEST_F(AccountEndpointTest, NobodyIsTold401) {
  EXPECT_EQ(Get("/api/v1/me", "nonsense").status, 401);
  EXPECT_EQ(Post("/api/v1/me/password", "{}").status, 401);
  EXPECT_EQ(Ask(TestRequest({.method = "DELETE", .target = "/api/v1/sessions/current"})).status,
            401);
}

TEST(AccountEndpointOutage, WithoutMariaDbTheAnswerIs503) {
  test::PrivateMariaDb mariadb;
  test::ManualClock clock;
  test::CountingIds ids;
  redis::Options away;
  away.socket = "/nowhere";
  test::Program program(mariadb.FreshDatabase(), away, disk::Stamps::Open("").value(), ids, clock);
  disk::SignInThrottle throttle(program.redis, clock);
  const fcgi::Router router = MakeRouter(
      {program.accounts, program.sessions, program.authenticator, throttle, std::chrono::hours(1)});
  mariadb.Kill();
  // More often than the throttle allows: what cannot be judged does not count.
  for (int i = 0; i < 2 * disk::kAttemptsPerAccount; ++i) {
    TestRequest request = TestRequest::Json("POST", "/api/v1/sessions", kAlice);
    const Response response = router(request.request());
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.Header("Retry-After"), "1");
  }
  mariadb.Start();
  TestRequest request = TestRequest::Json("POST", "/api/v1/users", kAlice);
  EXPECT_EQ(router(request.request()).status, 201);
}

}  // namespace
}  // namespace yundisk::account
