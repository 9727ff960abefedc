#include "cgi/disk/request_fields.h"

#include "common/base/strings.h"

namespace yundisk::disk {

Result<Path> ContentPath(const fcgi::Request& request) {
  const std::string_view target = request.path();
  if (!target.starts_with(kContentPrefix))
    return Error(Code::kNotFound, "no resource has this path");
  return Path::FromUrl(target.substr(kContentPrefix.size()));
}

Result<Path> QueryPath(const fcgi::Request& request) {
  TRY(const auto text, request.QueryValue("path"));
  if (!text) return Error(Code::kBadRequest, "path: the query parameter is missing");
  return Path::Parse(*text);
}

Result<bool> QueryFlag(const fcgi::Request& request, std::string_view name) {
  TRY(const auto text, request.QueryValue(name));
  const std::string value = text.value_or("false");
  if (value == "false") return false;
  if (value == "true") return true;
  return Error::Make(Code::kBadRequest, "{}: neither true nor false", name);
}

Result<std::uint64_t> QueryNumber(const fcgi::Request& request, std::string_view name,
                                  IntegerRange range, std::uint64_t default_value) {
  TRY(const auto text, request.QueryValue(name));
  if (!text) return default_value;
  const auto number = ParseNumber<std::int64_t>(*text);
  if (!number || *number < range.min || *number > range.max)
    return Error::Make(Code::kBadRequest, "{}: not a number from {} to {}", name, range.min,
                       range.max);
  return static_cast<std::uint64_t>(*number);
}

Result<Conditions> ConditionsOf(const fcgi::Request& request) {
  return Conditions::Parse(request.Header("if-match"), request.Header("if-none-match"));
}

}  // namespace yundisk::disk
