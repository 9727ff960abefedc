#include "storage_core/storage/http/request.h"

#include <gtest/gtest.h>

namespace yundisk::storage {
namespace {

Result<HttpRequest> Parse(std::string_view head) { return ParseHead(AsBytes(head)); }

TEST(HeadLength, FindsTheEmptyLineHoweverItComes) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET";
  for (std::size_t known = 0; known < text.size() - 3; ++known)
    EXPECT_EQ(HeadLength(AsBytes(text), known), text.size() - 3) << known;
  for (std::size_t cut = 0; cut < text.size() - 3; ++cut)
    EXPECT_EQ(HeadLength(AsBytes(text.substr(0, cut)), 0), 0U) << cut;
}

TEST(ParseHead, ReadsWhatCounts) {
  const auto request = Parse(
      "GET /1/2?a=%20b HTTP/1.1\r\nhost: h\r\nRANGE: bytes=0-1\r\nIf-Range: \"r\"\r\n"
      "If-Match: \"a\"\r\nIf-None-Match: \"b\"\r\nIf-None-Match: \"c\"\r\nX: y\r\n\r\n");
  ASSERT_TRUE(request.ok()) << request.error().message();
  EXPECT_EQ(request->method, HttpMethod::kGet);
  EXPECT_EQ(request->target, "/1/2?a=%20b");
  EXPECT_EQ(request->range, "bytes=0-1");
  EXPECT_EQ(request->if_range, "\"r\"");
  EXPECT_EQ(request->if_match, "\"a\"");
  EXPECT_EQ(request->if_none_match, "\"b\", \"c\"");
  EXPECT_TRUE(request->keep_alive);
  EXPECT_FALSE(request->has_body);
}

TEST(ParseHead, KnowsWhenTheConnectionEnds) {
  EXPECT_FALSE(Parse("HEAD / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(Parse("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
  EXPECT_FALSE(Parse("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")->keep_alive);
  EXPECT_TRUE(Parse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n")->has_body);
  EXPECT_TRUE(Parse("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")->has_body);
  EXPECT_FALSE(Parse("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")->has_body);
  EXPECT_EQ(Parse("PUT / HTTP/1.1\r\nHost: h\r\n\r\n")->method, HttpMethod::kOther);
}

TEST(ParseHead, TakesTheFormOfProxies) {
  EXPECT_EQ(Parse("GET http://h:1/1/2?x HTTP/1.1\r\nHost: h\r\n\r\n")->target, "/1/2?x");
  EXPECT_EQ(Parse("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n")->target, "/");
}

TEST(ParseHead, RefusesWhatIsNoRequest) {
  for (const auto* head :
       {"\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n", "G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n"})
    EXPECT_FALSE(Parse(head).ok()) << head;
  using namespace std::string_literals;
  EXPECT_FALSE(Parse("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s).ok());
}

}  // namespace
}  // namespace yundisk::storage
