#include "common/fastcgi/json_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_request.h"

namespace yundisk::fcgi {
namespace {

using testing::HasSubstr;

// What is wrong with `text`, read as {"name": string of 1 to 4 characters, "flag": bool, "n": 1-9}.
std::string Complaint(std::string_view text) {
  const auto read = [&]() -> Result<void> {
    TRY(JsonBody body, JsonBody::Parse(text));
    TRY_VOID(body.Text("name", {.min_characters = 1, .max_characters = 4, .max_bytes = 12}));
    TRY_VOID(body.Boolean("flag", false));
    TRY_VOID(body.Integer("n", {1, 9}, 5));
    return body.Finish();
  };
  const auto done = read();
  if (done) return "";
  EXPECT_EQ(done.error().code(), Code::kBadRequest);
  return done.error().message();
}

TEST(JsonBody, ReadsWhatItIsAskedFor) {
  JsonBody body = JsonBody::Parse(R"({"name":"七\ud83c\udfac","flag":true,"n":9})").value();
  EXPECT_EQ(body.Text("name").value(), "七🎬");
  EXPECT_TRUE(body.Boolean("flag", false).value());
  EXPECT_EQ(body.Integer("n", {1, 9}, 5).value(), 9);
  EXPECT_EQ(body.Integer("absent", {1, 9}, 5).value(), 5);
  EXPECT_TRUE(body.Finish().ok());
}

TEST(JsonBody, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(Complaint(R"({"name":"a"})"), "");
  EXPECT_THAT(Complaint("{}"), HasSubstr("'name' is missing"));
  EXPECT_THAT(Complaint(R"({"name":1})"), HasSubstr("'name' is not a string"));
  EXPECT_THAT(Complaint(R"({"name":null})"), HasSubstr("'name' is not a string"));
  EXPECT_THAT(Complaint(R"({"name":""})"), HasSubstr("'name' needs at least 1"));
  EXPECT_EQ(Complaint(R"({"name":"七七七七"})"), "");
  EXPECT_THAT(Complaint(R"({"name":"七七七七七"})"),
              HasSubstr("'name' has more than 4 characters"));
  EXPECT_THAT(Complaint(R"({"name":"🎬🎬🎬🎬"})"), HasSubstr("'name' has more than 12 bytes"));
  EXPECT_THAT(Complaint(R"({"name":"a","flag":1})"), HasSubstr("'flag' is neither"));
  EXPECT_THAT(Complaint(R"({"name":"a","n":0})"), HasSubstr("'n' is not between"));
  EXPECT_THAT(Complaint(R"({"name":"a","n":1.5})"), HasSubstr("'n' is not a whole number"));
  EXPECT_THAT(Complaint(R"({"name":"a","n":99999999999999999999})"),
              HasSubstr("'n' is not a whole"));
  EXPECT_THAT(Complaint(R"({"name":"a","more":1})"), HasSubstr("'more' is not known"));
}

TEST(JsonBody, RefusesWhatIsNotStrictJson) {
  for (const char* text :
       {"", "[]", "1", "null", "{", "{\"name\":\"a\",}", "{\"name\":\"a\"} x",
        "{\"name\":\"a\",\"name\":\"b\"}", "{'name':'a'}", "{name:\"a\"}",
        "/* c */{\"name\":\"a\"}", "{\"name\":\"\xff\"}", "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\"}", "{\"name\":NaN}", "\xef\xbb\xbf[]"})
    EXPECT_NE(Complaint(text), "") << text;
}

TEST(JsonBody, RefusesDeepNesting) {
  EXPECT_NE(Complaint(std::string(1000, '[')), "");
  std::string deep = "{\"name\":";
  for (int i = 0; i < 20; ++i) deep += "{\"a\":";
  EXPECT_THAT(Complaint(deep), HasSubstr("nested"));
}

TEST(JsonBody, WantsTheJsonMediaType) {
  test::TestRequest plain({.method = "POST", .body = "{}"});
  plain.Header("content-type", "text/plain");
  EXPECT_EQ(JsonBody::Read(plain.request()).error().code(), Code::kUnsupportedMedia);
  test::TestRequest json({.method = "POST", .body = "{}"});
  json.Header("content-type", "Application/JSON; charset=utf-8");
  EXPECT_TRUE(JsonBody::Read(json.request()).ok());
  test::TestRequest large({.method = "POST", .body = std::string(kJsonBodyMaxBytes + 1, ' ')});
  large.Header("content-type", "application/json");
  EXPECT_EQ(JsonBody::Read(large.request()).error().code(), Code::kTooLarge);
}

}  // namespace
}  // namespace yundisk::fcgi
