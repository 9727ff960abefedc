#include "common/fastcgi/json_body.h"

#include <algorithm>
#include <memory>

#include <json/reader.h>

#include "common/base/bytes.h"

namespace yundisk::fcgi {
namespace {

Error Wrong(std::string_view field, std::string_view what) {
  return Error::Make(Code::kBadRequest, "field '{}' {}", field, what);
}

const Json::CharReaderBuilder& Builder() {
  static const Json::CharReaderBuilder builder = [] {
    Json::CharReaderBuilder made;
    Json::CharReaderBuilder::strictMode(&made.settings_);
    made["stackLimit"] = kJsonDepthMax;
    return made;
  }();
  return builder;
}

bool IsJson(std::string_view content_type) {
  constexpr std::string_view kType = "application/json";
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::ranges::equal(type, kType, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::size_t CharacterCount(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Result<void> CheckLimits(std::string_view field, const std::string& text,
                         const TextLimits& limits) {
  // An escaped lone surrogate decodes to bytes that are not UTF-8.
  if (!IsUtf8(text)) return Wrong(field, "is not valid Unicode");
  const std::size_t characters = CharacterCount(text);
  if (characters < limits.min_characters)
    return Wrong(field, fmt::format("needs at least {} characters", limits.min_characters));
  if (characters > limits.max_characters)
    return Wrong(field, fmt::format("has more than {} characters", limits.max_characters));
  if (text.size() > limits.max_bytes)
    return Wrong(field, fmt::format("has more than {} bytes", limits.max_bytes));
  return {};
}

}  // namespace

Result<JsonBody> JsonBody::Read(Request& request) {
  if (!IsJson(request.Header("content-type")))
    return Error(Code::kUnsupportedMedia,
                 "the body must be sent as Content-Type: application/json");
  TRY(const std::string text, request.ReadBody(kJsonBodyMaxBytes));
  return Parse(text);
}

Result<JsonBody> JsonBody::Parse(std::string_view text) {
  if (!IsUtf8(text)) return Error(Code::kBadRequest, "the body is not valid UTF-8");
  const std::unique_ptr<Json::CharReader> reader(Builder().newCharReader());
  Json::Value value;
  std::string problems;
  try {
    if (!reader->parse(text.data(), text.data() + text.size(), &value, &problems))
      return Error::Make(Code::kBadRequest, "the body is not valid JSON: {}", problems);
  } catch (const Json::Exception&) {  // nested too deeply
    return Error::Make(Code::kBadRequest, "the body is nested deeper than {} levels",
                       kJsonDepthMax);
  }
  if (!value.isObject()) return Error(Code::kBadRequest, "the body is not a JSON object");
  return JsonBody(std::move(value));
}

const Json::Value* JsonBody::Find(std::string_view field) {
  asked_.emplace(field);
  return object_.find(field.data(), field.data() + field.size());
}

Result<std::string> JsonBody::Text(std::string_view field, const TextLimits& limits) {
  const Json::Value* const value = Find(field);
  if (value == nullptr) return Wrong(field, "is missing");
  if (!value->isString()) return Wrong(field, "is not a string");
  std::string text = value->asString();
  TRY_VOID(CheckLimits(field, text, limits));
  return text;
}

Result<bool> JsonBody::Boolean(std::string_view field, bool default_value) {
  const Json::Value* const value = Find(field);
  if (value == nullptr) return default_value;
  if (!value->isBool()) return Wrong(field, "is neither true nor false");
  return value->asBool();
}

Result<std::int64_t> JsonBody::Integer(std::string_view field, IntegerRange range,
                                       std::int64_t default_value) {
  const Json::Value* const value = Find(field);
  if (value == nullptr) return default_value;
  const bool is_integer = value->type() == Json::intValue || value->type() == Json::uintValue;
  if (!is_integer || !value->isInt64()) return Wrong(field, "is not a whole number");
  const std::int64_t number = value->asInt64();
  if (number < range.min || number > range.max)
    return Wrong(field, fmt::format("is not between {} and {}", range.min, range.max));
  return number;
}

Result<void> JsonBody::Finish() const {
  for (const std::string& name : object_.getMemberNames())
    if (!asked_.contains(name))
      return Error::Make(Code::kBadRequest, "field '{}' is not known here", name);
  return {};
}

}  // namespace yundisk::fcgi
