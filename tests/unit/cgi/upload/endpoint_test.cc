#include "cgi/upload/endpoint.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/disk/endpoint_fixture.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::upload {
namespace {

using test::JsonOf;
using test::ProblemOf;
using test::TestRequest;

constexpr std::uint64_t kMaxUploadBytes = 1'000'000;

class UploadEndpointTest : public testing::Test {
 protected:
  ~UploadEndpointTest() override {
    EXPECT_THAT(endpoint_.trees.Inconsistencies(), testing::IsEmpty());
  }

  TestRequest Put(const std::string& path, std::string body) {
    return TestRequest(
        {.method = "PUT", .target = "/api/v1/content/" + path, .body = std::move(body)});
  }
  fcgi::Response Call(TestRequest request) { return endpoint_.Call(router_, request); }
  TestRequest Phase(const std::string& phase, const std::string& path, std::uint64_t size) {
    TestRequest request(
        {.method = "PUT", .target = "/api/v1/content/" + path, .content_length = size});
    request.Param("YUNDISK_PHASE", phase);
    return request;
  }
  // A body as nginx spools it.
  TestRequest Spooled(const std::string& path, const std::string& body, std::uint64_t announced) {
    const std::string name = "4/00/0000000004";
    std::filesystem::create_directories(spool_.path() / "4/00");
    std::ofstream(spool_.path() / name) << body;
    endpoint_.trees.store.Spool(name, body);
    TestRequest request(
        {.method = "PUT", .target = "/api/v1/content/" + path, .content_length = announced});
    request.Param("REQUEST_BODY_FILE", (spool_.path() / name).string());
    return request;
  }
  std::string Read(std::string_view path) { return endpoint_.trees.Read(endpoint_.owner, path); }

  test::Endpoint endpoint_;
  test::TemporaryFolder spool_;
  fcgi::Router router_ = MakeRouter({endpoint_.authenticator, endpoint_.trees.pool,
                                     endpoint_.trees.reader, endpoint_.trees.uploader},
                                    {kMaxUploadBytes, spool_.path().string()});
};

TEST_F(UploadEndpointTest, StoresASmallBody) {
  const fcgi::Response created = Call(Put("Films/a%20b.txt", "hello"));
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(JsonOf(created)["path"], "/Films/a b.txt");
  EXPECT_EQ(created.Header("ETag"), JsonOf(created)["etag"].asString());
  EXPECT_EQ(created.Header("Location"), "/api/v1/content/Films/a%20b.txt");
  EXPECT_EQ(Read("/Films/a b.txt"), "hello");
  EXPECT_EQ(Call(Put("Films/a%20b.txt", "other")).status, 200);
}

TEST_F(UploadEndpointTest, NeedsAWriter) {
  TestRequest request = Put("f", "x");
  EXPECT_EQ(router_(request.request()).status, 401);
  endpoint_.SetRole("read_only");
  EXPECT_EQ(Call(Put("f", "x")).status, 403);
  EXPECT_FALSE(endpoint_.trees.Exists(endpoint_.owner, "/f"));
}

TEST_F(UploadEndpointTest, RefusesPathsThatNameNoFile) {
  for (const auto* path : {"", "a/", "..", "a/../b", "a//b", "%00", "%ff", "%", "%2e%2e/x"})
    EXPECT_EQ(Call(Put(path, "x")).status, 400) << path;
  EXPECT_NE(JsonOf(Call(Put("a/", "x")))["detail"].asString().find("name"), std::string::npos);
}

TEST_F(UploadEndpointTest, ABodyShorterThanAnnouncedChangesNothing) {
  TestRequest request(
      {.method = "PUT", .target = "/api/v1/content/f", .body = "half", .content_length = 8});
  EXPECT_EQ(Call(std::move(request)).status, 400);
  EXPECT_FALSE(endpoint_.trees.Exists(endpoint_.owner, "/f"));
}

TEST_F(UploadEndpointTest, VerifiesTheDigest) {
  TestRequest wrong = Put("f", "hello");
  wrong.Header("repr-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
  const fcgi::Response refused = Call(std::move(wrong));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(ProblemOf(refused), "digest_mismatch");
  TestRequest right = Put("f", "");
  right.Header("repr-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
  EXPECT_EQ(Call(std::move(right)).status, 201);
  TestRequest malformed = Put("f", "");
  malformed.Header("repr-digest", "sha-256=x");
  EXPECT_EQ(Call(std::move(malformed)).status, 400);
}

TEST_F(UploadEndpointTest, RefusesPartsOfContents) {
  TestRequest request = Put("f", "hello");
  request.Param("HTTP_CONTENT_RANGE", "bytes 0-4/10");
  EXPECT_EQ(Call(std::move(request)).status, 400);
}

TEST_F(UploadEndpointTest, TakesASpooledBody) {
  EXPECT_EQ(Call(Spooled("big", "spooled", 7)).status, 201);
  EXPECT_EQ(Read("/big"), "spooled");
}

TEST_F(UploadEndpointTest, ASpooledBodyOfAnotherLengthIsRefused) {
  EXPECT_EQ(Call(Spooled("big", "spooled", 8)).status, 400);
  EXPECT_FALSE(endpoint_.trees.Exists(endpoint_.owner, "/big"));
}

TEST_F(UploadEndpointTest, OnlyTheSpoolIsRead) {
  TestRequest request = Put("f", "");
  request.Param("REQUEST_BODY_FILE", "/etc/passwd");
  EXPECT_EQ(Call(std::move(request)).status, 500);
}

TEST_F(UploadEndpointTest, TheCheckSaysYesOrNo) {
  EXPECT_EQ(Call(Phase("check", "f", 10)).status, 204);
  EXPECT_EQ(Call(Phase("check", "f/", 10)).status, 403);
  EXPECT_EQ(Call(Phase("check", "f", kMaxUploadBytes + 1)).status, 403);
  TestRequest anonymous = Phase("check", "f", 10);
  EXPECT_EQ(router_(anonymous.request()).status, 401);
}

TEST_F(UploadEndpointTest, TheRefusedLearnWhy) {
  EXPECT_EQ(Call(Phase("refused", "f/", 10)).status, 400);
  EXPECT_EQ(Call(Phase("refused", "f", kMaxUploadBytes + 1)).status, 413);
  EXPECT_EQ(Call(Phase("refused", "f", 10)).status, 503) << "possible by now";
  Call(Put("d/x", "x"));
  EXPECT_EQ(Call(Phase("refused", "d", 10)).status, 409);
  endpoint_.SignIn(endpoint_.trees.MakeUser(5));
  EXPECT_EQ(ProblemOf(Call(Phase("refused", "f", 10))), "quota_exceeded");
}

TEST_F(UploadEndpointTest, ADiskThatIsTooSmallIsSaid) {
  const fcgi::Router router = MakeRouter({endpoint_.authenticator, endpoint_.trees.pool,
                                          endpoint_.trees.reader, endpoint_.trees.uploader},
                                         {std::uint64_t{1} << 62, spool_.path().string()});
  TestRequest request = Phase("refused", "f", std::uint64_t{1} << 61);
  EXPECT_EQ(endpoint_.Call(router, request).status, 507);
}

}  // namespace
}  // namespace yundisk::upload
