#include "storage_core/storage/http/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yundisk::storage {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kNow_s = 1'000'000;
const std::string kEtag = '"' + std::string(64, '0') + '"';

client::ObjectUrl UrlOf(std::string name) {
  client::ObjectUrl url;
  url.file_id = "1/1";
  url.name = std::move(name);
  url.expires_at_s = kNow_s + 60;
  return url;
}

HttpRequest Get(std::string range = "") {
  HttpRequest request;
  request.method = HttpMethod::kGet;
  request.range = std::move(range);
  return request;
}

Answer To(const HttpRequest& request, const client::ObjectUrl& url = UrlOf("a.mp4"),
          std::uint64_t size_bytes = 100) {
  ObjectInfo object;
  object.size_bytes = size_bytes;
  return AnswerFor(request, url, object, kNow_s);
}

TEST(Answer, ToTheWholeObject) {
  const Answer answer = To(Get());
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body_bytes(), 100U);
  ASSERT_EQ(answer.parts.size(), 1U);
  EXPECT_EQ(answer.parts[0].range, (http::ByteRange{0, 100}));
  EXPECT_EQ(answer.fields, "ETag: " + kEtag +
                               "\r\nCache-Control: private, max-age=60, immutable\r\n"
                               "Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n"
                               "Content-Disposition: inline; filename=\"a.mp4\"\r\n"
                               "Content-Type: video/mp4\r\n");
  EXPECT_EQ(HeadOf(answer, true, 0), "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n" +
                                         answer.fields +
                                         "Content-Length: 100\r\nConnection: keep-alive\r\n\r\n");
  const Answer empty = To(Get(), UrlOf(""), 0);
  EXPECT_EQ(empty.status, 200U);
  EXPECT_TRUE(empty.parts.empty());
  EXPECT_THAT(HeadOf(empty, false, 0), HasSubstr("Content-Length: 0\r\nConnection: close\r\n\r\n"));
}

TEST(Answer, ToOneRange) {
  const Answer answer = To(Get("bytes=10-19"));
  EXPECT_EQ(answer.status, 206U);
  EXPECT_EQ(answer.body_bytes(), 10U);
  EXPECT_THAT(answer.fields, HasSubstr("Content-Range: bytes 10-19/100\r\n"));
  const Answer outside = To(Get("bytes=100-"));
  EXPECT_EQ(outside.status, 416U);
  EXPECT_THAT(outside.fields, HasSubstr("Content-Range: bytes */100\r\n"));
  EXPECT_EQ(To(Get("lines=1-2")).status, 200U);
}

TEST(Answer, ToSeveralRanges) {
  const Answer answer = To(Get("bytes=0-1,98-"), UrlOf("a.txt"));
  const std::string boundary(32, '0');
  EXPECT_EQ(answer.status, 206U);
  EXPECT_THAT(answer.fields,
              HasSubstr("Content-Type: multipart/byteranges; boundary=" + boundary + "\r\n"));
  EXPECT_THAT(answer.fields, Not(HasSubstr("Content-Range")));
  ASSERT_EQ(answer.parts.size(), 2U);
  const std::string type = "\r\nContent-Type: text/plain; charset=utf-8\r\n";
  EXPECT_EQ(answer.parts[0].before,
            "--" + boundary + type + "Content-Range: bytes 0-1/100\r\n\r\n");
  EXPECT_EQ(answer.parts[1].before,
            "\r\n--" + boundary + type + "Content-Range: bytes 98-99/100\r\n\r\n");
  EXPECT_EQ(answer.end, "\r\n--" + boundary + "--\r\n");
  EXPECT_EQ(answer.body_bytes(),
            4 + answer.parts[0].before.size() + answer.parts[1].before.size() + answer.end.size());
  std::string many = "bytes=0-0";
  for (std::size_t i = 1; i < kMaxRanges; ++i) many += ",0-0";
  EXPECT_EQ(To(Get(many)).parts.size(), kMaxRanges);
  EXPECT_EQ(To(Get(many + ",0-0")).status, 200U);
}

TEST(Answer, ARangeOfWhatIsNotTheSameAnyMoreIsTheWhole) {
  HttpRequest request = Get("bytes=0-1");
  request.if_range = kEtag;
  EXPECT_EQ(To(request).status, 206U);
  for (const std::string& other : {"W/" + kEtag, std::string("\"x\""), std::string("*"),
                                   std::string("Sat, 21 Nov 2026 05:27:24 GMT")}) {
    request.if_range = other;
    EXPECT_EQ(To(request).status, 200U) << other;
  }
}

TEST(Answer, HeadKnowsNoRanges) {
  HttpRequest request = Get("bytes=0-1");
  request.method = HttpMethod::kHead;
  EXPECT_EQ(To(request).status, 200U);
  EXPECT_EQ(To(request).body_bytes(), 100U);
}

TEST(Answer, OnConditions) {
  const auto status = [](std::string match, std::string none_match) {
    HttpRequest request = Get();
    request.if_match = std::move(match);
    request.if_none_match = std::move(none_match);
    return To(request).status;
  };
  EXPECT_EQ(status("*", ""), 200U);
  EXPECT_EQ(status("\"x\", " + kEtag, ""), 200U);
  EXPECT_EQ(status("W/" + kEtag, ""), 412U);
  EXPECT_EQ(status("\"x\"", kEtag), 412U);
  EXPECT_EQ(status("", kEtag), 304U);
  EXPECT_EQ(status("", "\"x\", W/" + kEtag), 304U);
  EXPECT_EQ(status("", "*"), 304U);
  EXPECT_EQ(status("", "\"x\""), 200U);
  EXPECT_EQ(status("x", ""), 400U);
  EXPECT_EQ(status("", "x"), 400U);
  HttpRequest known = Get();
  known.if_none_match = "*";
  EXPECT_THAT(HeadOf(To(known), true, 0), Not(HasSubstr("Content-Length")));
}

TEST(Answer, WhatCouldRunIsSavedAndSandboxed) {
  for (const auto* name : {"a.html", "a.svg", "a.js", "a", ""}) {
    const Answer answer = To(Get(), UrlOf(name));
    EXPECT_THAT(answer.fields, HasSubstr("Content-Disposition: attachment")) << name;
    EXPECT_THAT(answer.fields,
                HasSubstr("Content-Security-Policy: sandbox; default-src 'none'\r\n"));
  }
  client::ObjectUrl url = UrlOf("影 片.mp4");
  EXPECT_THAT(To(Get(), url).fields,
              HasSubstr("Content-Disposition: inline; filename=\"___ ___.mp4\"; "
                        "filename*=UTF-8''%E5%BD%B1%20%E7%89%87.mp4\r\n"));
  url.attachment = true;
  EXPECT_THAT(To(Get(), url).fields, HasSubstr("attachment; filename="));
  url.media_type = "text/html";
  EXPECT_THAT(To(Get(), url).fields, HasSubstr("Content-Type: text/html\r\n"));
  EXPECT_THAT(To(Get(), url).fields, HasSubstr("sandbox"));
}

TEST(Answer, ASignedRangeIsAFence) {
  client::ObjectUrl url = UrlOf("a.mp4");
  url.window = client::ByteWindow{10, 19};
  for (const auto* inside : {"bytes=10-19", "bytes=12-12", "bytes=10-11,18-19"})
    EXPECT_EQ(To(Get(inside), url).status, 206U) << inside;
  for (const auto* outside :
       {"", "bytes=9-10", "bytes=19-20", "bytes=-1", "bytes=10-", "bytes=10-11,0-0", "lines=10-19"})
    EXPECT_EQ(To(Get(outside), url).status, 403U) << outside;
  url.window = client::ByteWindow{0, 99};
  EXPECT_EQ(To(Get(), url).status, 200U);
  HttpRequest head = Get();
  head.method = HttpMethod::kHead;
  url.window = client::ByteWindow{10, 19};
  url.head_only = true;
  EXPECT_EQ(To(head, url).status, 200U);
  EXPECT_EQ(To(Get("bytes=10-19"), url).status, 403U);
}

TEST(Answer, RefusalsAreProblemDocuments) {
  const Answer expired = RefusalOf(client::UrlFault::kExpired);
  EXPECT_EQ(expired.status, 403U);
  EXPECT_EQ(expired.end, R"({"type":"about:blank","title":"Forbidden","status":403,)"
                         R"("detail":"The address has expired.","code":"expired"})");
  EXPECT_THAT(expired.fields, HasSubstr("application/problem+json"));
  EXPECT_EQ(RefusalOf(client::UrlFault::kNotAnObject).status, 404U);
  EXPECT_EQ(RefusalOf(client::UrlFault::kMalformed).status, 400U);
  EXPECT_THAT(MethodRefusal().fields, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_EQ(FailureOf(Error(Code::kNotFound, "secret")).status, 404U);
  EXPECT_EQ(FailureOf(Error(Code::kDeleted, "secret")).status, 404U);
  EXPECT_EQ(FailureOf(Error(Code::kInternal, "secret")).status, 500U);
  for (const Code code : {Code::kUnavailable, Code::kCorrupt, Code::kIo, Code::kTimeout}) {
    const Answer failure = FailureOf(Error(code, "secret"));
    EXPECT_EQ(failure.status, 503U);
    EXPECT_THAT(failure.fields, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(failure.end, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace yundisk::storage
