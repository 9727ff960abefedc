// A response as an endpoint makes it. Values; any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <json/value.h>

#include "common/base/error.h"
#include "common/base/result.h"

namespace yundisk::fcgi {

// Writes the next part of a body to the client; false when the client is gone.
using BodyWriter = std::function<bool(std::string_view part)>;

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  // Either a whole body, possibly shared with a cache (null: none; Content-Length is added) ...
  std::shared_ptr<const std::string> body;
  // ... or one produced piece by piece; the handler gives Content-Length itself. An error after the
  // first byte ends the connection short of its length, which nginx turns into a broken transfer,
  // never a short file.
  std::function<Result<void>(const BodyWriter&)> stream;

  Response& Set(std::string name, std::string value);    // replaces
  std::string_view Header(std::string_view name) const;  // as it was set; empty when absent
};

std::string JsonText(const Json::Value& value);  // compact, UTF-8
Response Json(int status, const Json::Value& value);
Response Text(int status, std::string_view content_type, std::string body);
Response NoContent();
// The RFC 9457 problem document of an error: type, title, status, detail, code (the stable name of
// the error table), plus Retry-After: 1 on 503 and WWW-Authenticate on 401. What failed inside
// (500) is logged; the client is not told its message.
Response Problem(const Error& error);
// With another `code` than the table's where a client needs to tell apart, e.g. "name_taken".
Response Problem(const Error& error, std::string_view code);

}  // namespace yundisk::fcgi
