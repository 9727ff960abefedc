// A signed-in user with a tree, for tests of the tree's endpoints.
#pragma once

#include <string>

#include <json/reader.h>

#include "cgi/disk/authenticator.h"
#include "cgi/disk/sessions.h"
#include "common/fastcgi/response.h"
#include "common/fastcgi/router.h"
#include "tests/support/disk/tree_fixture.h"
#include "tests/support/private_redis.h"
#include "tests/support/test_request.h"

namespace yundisk::test {

struct Endpoint {
  Endpoint() : trees(SharedMariaDb().FreshDatabase()) { SignIn(trees.MakeUser()); }

  void SignIn(const disk::TreeOwner& user) {
    owner = user;
    token = sessions.Create(user.user_id, {"192.0.2.1", "test"}).value().token;
  }
  void SetRole(std::string_view role) {
    CHECK(trees.pool.Acquire()
              .value()
              ->Execute("UPDATE users SET role = ? WHERE id = ?", {role, owner.user_id})
              .ok());
    SignIn(owner);
  }
  // As the signed-in user.
  fcgi::Response Call(const fcgi::Router& router, TestRequest& request) {
    request.Header("authorization", "Bearer " + token);
    return router(request.request());
  }
  fcgi::Response Call(const fcgi::Router& router, RequestValues values) {
    TestRequest request(std::move(values));
    return Call(router, request);
  }
  fcgi::Response CallJson(const fcgi::Router& router, std::string target, std::string body) {
    TestRequest request = TestRequest::Json("POST", std::move(target), std::move(body));
    return Call(router, request);
  }

  Trees trees;
  SystemRandom random;
  redis::Client redis{SharedRedis().options()};
  disk::Sessions sessions{trees.pool,  redis,  trees.stamps,
                          trees.clock, random, std::chrono::hours(24)};
  disk::Authenticator authenticator{sessions};
  disk::TreeOwner owner{};
  std::string token;
};

// What a client receives.
inline std::string BodyOf(const fcgi::Response& response) {
  if (response.body) return *response.body;
  std::string body;
  if (response.stream)
    CHECK(response
              .stream([&](std::string_view part) {
                body += part;
                return true;
              })
              .ok());
  return body;
}
inline Json::Value JsonOf(const fcgi::Response& response) {
  Json::Value value;
  Json::Reader().parse(BodyOf(response), value);
  return value;
}
// The `code` of a problem document.
inline std::string ProblemOf(const fcgi::Response& response) {
  return JsonOf(response)["code"].asString();
}

}  // namespace yundisk::test
