#include "cgi/download/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cgi/download/contents.h"
#include "cgi/download/file_response.h"
#include "tests/support/disk/endpoint_fixture.h"

namespace yundisk::download {
namespace {

using test::BodyOf;
using test::JsonOf;
using test::TestRequest;

class DownloadEndpointTest : public testing::Test {
 protected:
  void Upload(std::string_view path, std::string_view content) {
    ASSERT_TRUE(endpoint_.trees.Upload(endpoint_.owner, path, content).ok());
  }
  TestRequest Get(const std::string& path) {
    return TestRequest({.target = "/api/v1/content/" + path});
  }
  fcgi::Response Call(TestRequest request) { return endpoint_.Call(router_, request); }
  fcgi::Response With(const std::string& path, std::string_view header, std::string_view value) {
    TestRequest request = Get(path);
    request.Header(header, value);
    return Call(std::move(request));
  }
  // Follows a link as a player does: without a session.
  fcgi::Response Follow(const std::string& url) {
    TestRequest request({.target = url.substr(url.find("/api/"))});
    return router_(request.request());
  }
  std::string LinkTo(const std::string& path, std::uint64_t ttl_s = 60) {
    TestRequest request = TestRequest::Json(
        "POST", "/api/v1/links", fmt::format(R"({{"path":"{}","ttl_s":{}}})", path, ttl_s));
    request.Header("host", "disk.example:8080");
    return JsonOf(Call(std::move(request)))["url"].asString();
  }

  const std::string large_ = std::string(Contents::kSmallBytesMax, 'x') + "0123456789";
  test::Endpoint endpoint_;
  disk::LinkSigner signer_{Bytes(32, std::byte{1})};
  disk::PeerAddresses peers_{wire::Secret{}, endpoint_.trees.clock};
  Contents contents_{endpoint_.trees.store, peers_, endpoint_.trees.clock};
  fcgi::Router router_ = MakeRouter(
      {endpoint_.authenticator, endpoint_.trees.reader, contents_, signer_, endpoint_.trees.clock});
};

TEST_F(DownloadEndpointTest, GivesASmallContentFromMemory) {
  Upload("/a.txt", "hello");
  const fcgi::Response response = Call(Get("a.txt"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(BodyOf(response), "hello");
  EXPECT_EQ(response.Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.Header("Content-Disposition"), "inline; filename=\"a.txt\"");
  EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.Header("Cache-Control"), "private, no-cache");
  EXPECT_EQ(response.Header("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.Header("Last-Modified"), "Fri, 15 Jan 2027 08:00:00 GMT");
  Call(Get("a.txt"));
  EXPECT_EQ(endpoint_.trees.store.reads(), 1);
  Upload("/empty", "");
  EXPECT_EQ(BodyOf(Call(Get("empty"))), "");
}

TEST_F(DownloadEndpointTest, WhatCouldRunIsSandboxed) {
  for (const std::string name : {"a.html", "a.svg", "a.xml", "a.js", "unknown"}) {
    Upload("/" + name, "<script>");
    const fcgi::Response response = Call(Get(name));
    EXPECT_EQ(response.Header("Content-Security-Policy"), "sandbox; default-src 'none'") << name;
    EXPECT_THAT(std::string(response.Header("Content-Disposition")),
                testing::StartsWith("attachment"));
    EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff");
  }
  Upload("/a.png", "x");
  EXPECT_THAT(std::string(Call(Get("a.png?download=1")).Header("Content-Disposition")),
              testing::StartsWith("attachment"));
}

TEST_F(DownloadEndpointTest, CutsRanges) {
  Upload("/a", "0123456789");
  const fcgi::Response part = With("a", "range", "bytes=2-4");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(BodyOf(part), "234");
  EXPECT_EQ(part.Header("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(BodyOf(With("a", "range", "bytes=-3")), "789");
  EXPECT_EQ(BodyOf(With("a", "range", "bytes=0-1,4-5")), "0123456789");
  const fcgi::Response outside = With("a", "range", "bytes=10-");
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.Header("Content-Range"), "bytes */10");
}

TEST_F(DownloadEndpointTest, IfRangeNamesTheContent) {
  Upload("/a", "0123456789");
  const std::string etag(Call(Get("a")).Header("ETag"));
  for (const auto& [value, status] :
       std::vector<std::pair<std::string, int>>{{etag, 206},
                                                {"\"other\"", 200},
                                                {"W/" + etag, 200},
                                                {"Fri, 15 Jan 2027 08:00:00 GMT", 200}}) {
    TestRequest request = Get("a");
    request.Header("range", "bytes=0-1").Header("if-range", value);
    EXPECT_EQ(Call(std::move(request)).status, status) << value;
  }
}

TEST_F(DownloadEndpointTest, AnswersConditions) {
  Upload("/a", "hello");
  const std::string etag(Call(Get("a")).Header("ETag"));
  const fcgi::Response known = With("a", "if-none-match", etag);
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.Header("ETag"), etag);
  EXPECT_EQ(BodyOf(known), "");
  EXPECT_EQ(With("a", "if-none-match", "\"other\"").status, 200);
  EXPECT_EQ(With("a", "if-match", etag).status, 200);
  EXPECT_EQ(With("a", "if-match", "\"other\"").status, 412);
  EXPECT_EQ(With("a", "if-match", "nonsense").status, 400);
}

TEST_F(DownloadEndpointTest, LargeFilesAreSentByNginx) {
  Upload("/big.mp4", large_);
  endpoint_.trees.store.set_local_file("1a/large/ab/c d");
  const fcgi::Response response = Call(Get("big.mp4"));
  EXPECT_EQ(response.Header("X-Accel-Redirect"), "/internal/objects/1a/large/ab/c%20d");
  EXPECT_EQ(response.Header("Content-Type"), "video/mp4");
  EXPECT_FALSE(response.Header("ETag").empty());
  EXPECT_EQ(With("big.mp4", "if-match", response.Header("ETag")).Header("X-Accel-Redirect"), "");
}

TEST_F(DownloadEndpointTest, StreamsWhatNginxCannotSend) {
  Upload("/big", large_);
  EXPECT_EQ(BodyOf(Call(Get("big"))), large_);
  endpoint_.trees.store.set_local_file("1a/large/ab/cd");
  TestRequest again = Get("big");
  again.Param("YUNDISK_STREAM", "2").Header("range", "bytes=-10");
  const fcgi::Response response = Call(std::move(again));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.Header("Content-Length"), "10");
  EXPECT_EQ(BodyOf(response), "0123456789");
}

TEST_F(DownloadEndpointTest, SendsNginxToTheGroupForWhatIsNotHere) {
  Upload("/影.mp4", large_);
  endpoint_.trees.store.set_local_file("1b/large/ab/cd");
  TestRequest again = Get("%E5%BD%B1.mp4");
  again.Param("YUNDISK_STREAM", "1");
  const fcgi::Response response = Call(std::move(again));
  EXPECT_EQ(response.Header("X-Accel-Redirect"), "/internal/peer");
  EXPECT_THAT(std::string(response.Header("X-Yundisk-Peer")),
              testing::MatchesRegex("group_1/1/[0-9]+/%E5%BD%B1.mp4\\?application=.*"));
  EXPECT_EQ(response.Header("Content-Disposition"), "") << "nginx has it already";
}

TEST_F(DownloadEndpointTest, RefusesWhatIsNoFile) {
  Upload("/d/f", "x");
  EXPECT_EQ(Call(Get("d")).status, 409);
  EXPECT_EQ(Call(Get("")).status, 409);
  EXPECT_EQ(Call(Get("nothing")).status, 404);
  EXPECT_EQ(Call(Get("d/f/")).status, 404);
  EXPECT_EQ(Call(Get("d/../d/f")).status, 400);
  TestRequest anonymous = Get("d/f");
  EXPECT_EQ(router_(anonymous.request()).status, 401);
}

TEST_F(DownloadEndpointTest, AnothersFilesAreNotThere) {
  Upload("/secret", "x");
  endpoint_.SignIn(endpoint_.trees.MakeUser());
  EXPECT_EQ(Call(Get("secret")).status, 404);
  EXPECT_EQ(LinkTo("/secret"), "");
}

TEST_F(DownloadEndpointTest, LinksNeedNoSession) {
  Upload("/a b.mp4", "film");
  const std::string url = LinkTo("/a b.mp4");
  EXPECT_THAT(url, testing::StartsWith("http://disk.example:8080/api/v1/signed/"));
  EXPECT_THAT(url, testing::EndsWith("/a%20b.mp4"));
  EXPECT_EQ(BodyOf(Follow(url)), "film");
  endpoint_.trees.clock.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Follow(url).status, 410);
  EXPECT_EQ(Follow("/api/v1/signed/x/y").status, 404);
  EXPECT_EQ(Follow("/api/v1/signed/").status, 404);
}

TEST_F(DownloadEndpointTest, ALinkFollowsItsFile) {
  Upload("/a", "film");
  const std::string url = LinkTo("/a");
  ASSERT_TRUE(endpoint_.trees.writer
                  .Move({endpoint_.owner.user_id, test::P("/a"), test::P("/b"), false, {}})
                  .ok());
  EXPECT_EQ(BodyOf(Follow(url)), "film");
  ASSERT_TRUE(
      endpoint_.trees.writer.Delete(endpoint_.owner.user_id, test::P("/b"), false, {}).ok());
  EXPECT_EQ(Follow(url).status, 404);
}

TEST_F(DownloadEndpointTest, LinksAreCheckedStrictly) {
  Upload("/a", "x");
  for (const auto* body : {R"({"path":"/a","ttl_s":0})", R"({"path":"/a","ttl_s":86401})", "{}",
                           R"({"path":"/a","x":1})"}) {
    TestRequest request = TestRequest::Json("POST", "/api/v1/links", body);
    request.Header("host", "h");
    EXPECT_EQ(Call(std::move(request)).status, 400) << body;
  }
  TestRequest hostile = TestRequest::Json("POST", "/api/v1/links", R"({"path":"/a"})");
  hostile.Header("host", "evil\"/x");
  EXPECT_EQ(Call(std::move(hostile)).status, 400);
}

TEST_F(DownloadEndpointTest, APlaylistHasOneLink) {
  Upload("/a.mp4", "film");
  TestRequest request({.target = "/api/v1/playlist?path=/a.mp4"});
  request.Header("host", "h");
  const fcgi::Response response = Call(std::move(request));
  EXPECT_EQ(response.Header("Content-Type"), "audio/x-mpegurl");
  const std::string body = BodyOf(response);
  EXPECT_THAT(body, testing::StartsWith("#EXTM3U\n#EXTINF:-1,a.mp4\nhttp://h/api/v1/signed/"));
}

}  // namespace
}  // namespace yundisk::download
