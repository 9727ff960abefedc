#include "common/fastcgi/response.h"

#include <algorithm>

#include <json/writer.h>

#include "common/base/bytes.h"
#include "common/base/log.h"

namespace yundisk::fcgi {
namespace {

constexpr int kInternalServerError = 500;
constexpr int kServiceUnavailable = 503;

std::string DetailFor(const Error& error) {
  if (Info(error.code()).http_status == kInternalServerError)
    return "Something failed inside; the operator's log says what.";
  // A message may quote what a client sent; JSON must be UTF-8 all the same.
  return IsUtf8(error.message()) ? error.message() : "The request is not valid UTF-8.";
}

}  // namespace

Response& Response::Set(std::string name, std::string value) {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  if (found != headers.end())
    found->second = std::move(value);
  else
    headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string_view Response::Header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string JsonText(const Json::Value& value) {
  static const Json::StreamWriterBuilder builder = [] {
    Json::StreamWriterBuilder made;
    made["indentation"] = "";
    made["emitUTF8"] = true;
    return made;
  }();
  return Json::writeString(builder, value);
}

Response Json(int status, const Json::Value& value) {
  return Text(status, "application/json", JsonText(value));
}

Response Text(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.Set("Content-Type", std::string(content_type));
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response NoContent() {
  Response response;
  response.status = 204;
  return response;
}

Response Problem(const Error& error) { return Problem(error, Info(error.code()).name); }

Response Problem(const Error& error, std::string_view code) {
  const CodeInfo& info = Info(error.code());
  if (info.http_status >= kInternalServerError)
    LogWarning("answered {}: {}", info.http_status, error.message());
  Json::Value document;
  document["type"] = "about:blank";
  document["title"] = std::string(info.title);
  document["status"] = info.http_status;
  document["detail"] = DetailFor(error);
  document["code"] = std::string(code);
  Response response = Text(info.http_status, "application/problem+json", JsonText(document));
  if (info.http_status == kServiceUnavailable) response.Set("Retry-After", "1");
  if (error.code() == Code::kUnauthenticated)
    response.Set("WWW-Authenticate", "Bearer realm=\"yundisk\"");
  return response;
}

}  // namespace yundisk::fcgi
