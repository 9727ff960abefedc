// A request made from values, for handlers' unit tests.
//
//   test::TestRequest made({.method = "PUT", .target = "/api/v1/content/a", .body = "x"});
//   made.Header("if-match", "\"1\"").Param("YUNDISK_PHASE", "check");
//   Response response = handler(made.request());
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/fastcgi/request.h"

namespace yundisk::test {

struct RequestValues {
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};
  std::string remote_address = "192.0.2.1";
  bool is_tls = false;
  // Announced; absent: the body's size when there is a body.
  std::optional<std::uint64_t> content_length = std::nullopt;
};

class TestRequest {
 public:
  explicit TestRequest(RequestValues values);

  TestRequest& Header(std::string_view lower_case_name, std::string_view value);
  TestRequest& Param(std::string_view name, std::string_view value);
  // Content-Type: application/json and the body.
  static TestRequest Json(std::string method, std::string target, std::string body);

  // Begins anew at each call, with the body unread.
  fcgi::Request& request();

 private:
  RequestValues values_;
  std::vector<std::string> parameters_;
  std::vector<const char*> pointers_;
  std::unique_ptr<fcgi::BodyReader> body_;
  std::unique_ptr<fcgi::Request> request_;
};

}  // namespace yundisk::test
