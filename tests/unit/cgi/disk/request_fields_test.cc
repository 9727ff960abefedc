#include "cgi/disk/request_fields.h"

#include <gtest/gtest.h>

#include "tests/support/test_request.h"

namespace yundisk::disk {
namespace {

using test::TestRequest;

TEST(RequestFields, ContentPathsComeFromTheTargetAsSent) {
  TestRequest request({.target = "/api/v1/content/a%20b/c?x=/y"});
  EXPECT_EQ(ContentPath(request.request())->ToString(), "/a b/c");
  TestRequest other({.target = "/api/v1/files"});
  EXPECT_EQ(ContentPath(other.request()).error().code(), Code::kNotFound);
}

TEST(RequestFields, QueryPathsAreDecoded) {
  TestRequest request({.target = "/?path=/a+b%2Fc"});
  EXPECT_EQ(QueryPath(request.request())->ToString(), "/a b/c");
  TestRequest absent({.target = "/?paths=/a"});
  EXPECT_FALSE(QueryPath(absent.request()).ok());
}

TEST(RequestFields, FlagsAndNumbersAreStrict) {
  TestRequest request({.target = "/?yes=true&no=false&odd=1&n=5&big=11&bad=5x"});
  EXPECT_TRUE(QueryFlag(request.request(), "yes").value());
  EXPECT_FALSE(QueryFlag(request.request(), "no").value());
  EXPECT_FALSE(QueryFlag(request.request(), "absent").value());
  EXPECT_FALSE(QueryFlag(request.request(), "odd").ok());
  const IntegerRange range{1, 10};
  EXPECT_EQ(QueryNumber(request.request(), "n", range, 7).value(), 5u);
  EXPECT_EQ(QueryNumber(request.request(), "absent", range, 7).value(), 7u);
  EXPECT_FALSE(QueryNumber(request.request(), "big", range, 7).ok());
  EXPECT_FALSE(QueryNumber(request.request(), "bad", range, 7).ok());
}

TEST(RequestFields, ConditionsOfARequest) {
  TestRequest request({.target = "/"});
  request.Header("if-match", "\"a\"");
  EXPECT_TRUE(ConditionsOf(request.request())->if_match.has_value());
  TestRequest wrong({.target = "/"});
  wrong.Header("if-none-match", "a");
  EXPECT_FALSE(ConditionsOf(wrong.request()).ok());
}

}  // namespace
}  // namespace yundisk::disk
