#include "cgi/files/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/disk/endpoint_fixture.h"

namespace yundisk::files {
namespace {

using test::JsonOf;
using test::ProblemOf;
using test::TestRequest;

class FilesEndpointTest : public testing::Test {
 protected:
  fcgi::Response Get(const std::string& target) {
    return endpoint_.Call(router_, {.target = "/api/v1" + target});
  }
  fcgi::Response Post(const std::string& target, const std::string& body) {
    return endpoint_.CallJson(router_, "/api/v1" + target, body);
  }
  fcgi::Response Delete(const std::string& target) {
    return endpoint_.Call(router_, {.method = "DELETE", .target = "/api/v1/content/" + target});
  }
  void Upload(std::string_view path) {
    ASSERT_TRUE(endpoint_.trees.Upload(endpoint_.owner, path, "content").ok());
  }

  test::Endpoint endpoint_;
  fcgi::Router router_ =
      MakeRouter({endpoint_.authenticator, endpoint_.trees.reader, endpoint_.trees.writer});
};

TEST_F(FilesEndpointTest, EverythingNeedsASession) {
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/v1/files?path=/"},
                                                        {"GET", "/api/v1/entry?path=/"},
                                                        {"POST", "/api/v1/folders"},
                                                        {"POST", "/api/v1/move"},
                                                        {"DELETE", "/api/v1/content/a"}}) {
    TestRequest request({.method = method, .target = target});
    EXPECT_EQ(router_(request.request()).status, 401) << target;
  }
}

TEST_F(FilesEndpointTest, AReadOnlyAccountChangesNothing) {
  Upload("/f");
  endpoint_.SetRole("read_only");
  EXPECT_EQ(Post("/folders", R"({"path":"/a"})").status, 403);
  EXPECT_EQ(Post("/move", R"({"from":"/f","to":"/g"})").status, 403);
  EXPECT_EQ(Delete("f").status, 403);
  EXPECT_EQ(Get("/files?path=/").status, 200);
}

TEST_F(FilesEndpointTest, ListsWithAnEtag) {
  Upload("/a b");
  const fcgi::Response listing = Get("/files?path=/");
  EXPECT_EQ(listing.status, 200);
  EXPECT_EQ(JsonOf(listing)["entries"][0]["name"], "a b");
  TestRequest again({.target = "/api/v1/files?path=/"});
  again.Header("if-none-match", listing.Header("ETag"));
  const fcgi::Response unchanged = endpoint_.Call(router_, again);
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(test::BodyOf(unchanged), "");
  Upload("/c");
  EXPECT_EQ(endpoint_.Call(router_, again).status, 200);
}

TEST_F(FilesEndpointTest, RefusesBadQueries) {
  for (const auto* query : {"", "?path=", "?path=a", "?path=/..", "?path=//", "?path=%2",
                            "?path=%ff", "?path=/&limit=0", "?path=/&limit=1001", "?path=/&limit=x",
                            "?path=/&limit=1x", "?path=/&limit=-1", "?path=/&cursor=x"})
    EXPECT_EQ(Get(std::string("/files") + query).status, 400) << query;
  EXPECT_EQ(Get("/files?path=/nothing").status, 404);
  Upload("/f");
  EXPECT_EQ(Get("/files?path=/f").status, 409);
}

TEST_F(FilesEndpointTest, TellsAnEntry) {
  Upload("/d/f.mp4");
  const Json::Value file = JsonOf(Get("/entry?path=/d/f.mp4"));
  EXPECT_EQ(file["path"], "/d/f.mp4");
  EXPECT_EQ(file["kind"], "file");
  EXPECT_EQ(file["size"], 7);
  EXPECT_EQ(file["type"], "video/mp4");
  EXPECT_EQ(file["sha256"].asString().size(), 64u);
  EXPECT_EQ(JsonOf(Get("/entry?path=/"))["name"], "");
  EXPECT_EQ(Get("/entry?path=/x").status, 404);
}

TEST_F(FilesEndpointTest, MakesFolders) {
  EXPECT_EQ(Post("/folders", R"({"path":"/a"})").status, 201);
  EXPECT_EQ(Post("/folders", R"({"path":"/a"})").status, 409);
  EXPECT_EQ(Post("/folders", R"({"path":"/b/c"})").status, 404);
  EXPECT_EQ(Post("/folders", R"({"path":"/b/c","parents":true})").status, 201);
  EXPECT_EQ(Post("/folders", R"({"path":"/b/c","parents":true})").status, 200);
  EXPECT_EQ(Post("/folders", R"({"path":"/","parents":true})").status, 200);
  EXPECT_EQ(Post("/folders", R"({"path":"/"})").status, 409);
  for (const auto* body : {"{}", R"({"path":1})", R"({"path":"/x","more":1})", "[]", "",
                           R"({"path":"x"})", R"({"path":"/x","parents":"yes"})"})
    EXPECT_EQ(Post("/folders", body).status, 400) << body;
}

TEST_F(FilesEndpointTest, Moves) {
  Upload("/f");
  Upload("/g");
  EXPECT_EQ(Post("/move", R"({"from":"/f","to":"/g"})").status, 409);
  EXPECT_EQ(Post("/move", R"({"from":"/f","to":"/g","replace":true})").status, 200);
  EXPECT_EQ(Post("/move", R"({"from":"/f","to":"/h"})").status, 404);
  EXPECT_EQ(Post("/move", R"({"from":"/g","to":"/x/y"})").status, 404);
  EXPECT_EQ(Post("/move", R"({"from":"/g"})").status, 400);
  TestRequest request = TestRequest::Json("POST", "/api/v1/move", R"({"from":"/g","to":"/h"})");
  request.Header("if-match", "\"other\"");
  EXPECT_EQ(endpoint_.Call(router_, request).status, 412);
}

TEST_F(FilesEndpointTest, Deletes) {
  Upload("/d/f");
  EXPECT_EQ(ProblemOf(Delete("d")), "conflict");
  EXPECT_EQ(Delete("d?recursive=maybe").status, 400);
  EXPECT_EQ(Delete("d?recursive=true").status, 204);
  EXPECT_EQ(Delete("d?recursive=true").status, 404);
  EXPECT_EQ(Delete("").status, 409);
  EXPECT_EQ(Delete("..").status, 400);
}

TEST_F(FilesEndpointTest, AnothersFilesAreNotThere) {
  Upload("/secret");
  endpoint_.SignIn(endpoint_.trees.MakeUser());
  EXPECT_EQ(Get("/entry?path=/secret").status, 404);
  EXPECT_EQ(Get("/files?path=/secret").status, 404);
  EXPECT_EQ(Delete("secret").status, 404);
  EXPECT_EQ(Post("/move", R"({"from":"/secret","to":"/mine"})").status, 404);
}

}  // namespace
}  // namespace yundisk::files
