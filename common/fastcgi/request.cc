#include "common/fastcgi/request.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/http/percent.h"

namespace yundisk::fcgi {
namespace {

constexpr std::size_t kBodyPieceBytes = 16 * 1024;

struct Parameter {
  std::string_view name;
  std::string_view value;
};

Parameter Split(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// Compares "if-match" with the "IF_MATCH" of a parameter's name.
bool IsHeader(std::string_view parameter, std::string_view header) {
  return std::ranges::equal(parameter, header, [](char p, char h) {
    if (h == '-') return p == '_';
    return p == (h >= 'a' && h <= 'z' ? static_cast<char>(h - 'a' + 'A') : h);
  });
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The part of `rest` before `separator`, which is taken off it.
std::string_view NextPart(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

Request::Request(const char* const* parameters, BodyReader& request_body)
    : body(&request_body), parameters_(parameters) {
  for (const char* const* p = parameters; *p != nullptr; ++p) {
    const auto [name, value] = Split(*p);
    if (name == "REQUEST_METHOD") method = value;
    if (name == "REQUEST_URI") target = value;
    if (name == "REMOTE_ADDR") remote_address = value;
    if (name == "HTTPS") is_tls = value == "on";
    if (name == "CONTENT_LENGTH") content_length = ParseNumber(value);
  }
}

std::string_view Request::path() const { return target.substr(0, target.find('?')); }

std::string_view Request::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::string_view Request::Param(std::string_view name) const {
  for (const char* const* p = parameters_; *p != nullptr; ++p) {
    const std::string_view text = *p;
    if (text.size() > name.size() && text[name.size()] == '=' && text.starts_with(name))
      return text.substr(name.size() + 1);
  }
  return {};
}

std::string_view Request::Header(std::string_view lower_case_name) const {
  constexpr std::string_view kPrefix = "HTTP_";
  // The two that CGI names without the prefix.
  if (lower_case_name == "content-type") return Param("CONTENT_TYPE");
  if (lower_case_name == "content-length") return Param("CONTENT_LENGTH");
  for (const char* const* p = parameters_; *p != nullptr; ++p) {
    const std::string_view text = *p;
    const std::size_t equals = kPrefix.size() + lower_case_name.size();
    if (text.size() > equals && text[equals] == '=' && text.starts_with(kPrefix) &&
        IsHeader(text.substr(kPrefix.size(), lower_case_name.size()), lower_case_name))
      return text.substr(equals + 1);
  }
  return {};
}

std::optional<std::string_view> Request::Cookie(std::string_view name) const {
  std::string_view rest = Header("cookie");
  while (!rest.empty()) {
    const auto [key, value] = Split(Trim(NextPart(rest, ';')));
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Request::QueryValue(std::string_view name) const {
  std::string_view rest = query();
  while (!rest.empty()) {
    const auto [key, value] = Split(NextPart(rest, '&'));
    TRY(const std::string decoded_key, http::PercentDecodeForm(key));
    if (decoded_key != name) continue;
    TRY(std::string decoded, http::PercentDecodeForm(value));
    return std::optional(std::move(decoded));
  }
  return std::optional<std::string>();
}

Result<std::string> Request::ReadBody(std::size_t limit_bytes) {
  const Error too_large =
      Error::Make(Code::kTooLarge, "the body is longer than {} bytes", limit_bytes);
  if (content_length && *content_length > limit_bytes) return too_large;
  std::string text;
  if (content_length) text.reserve(static_cast<std::size_t>(*content_length));
  std::byte piece[kBodyPieceBytes];
  for (;;) {
    TRY(const std::size_t got, body->Read(piece));
    if (got == 0) break;
    if (text.size() + got > limit_bytes) return too_large;
    text.append(AsText(ByteView(piece, got)));
  }
  if (content_length && text.size() != *content_length)
    return Error::Make(Code::kBadRequest, "the body has {} bytes, not the {} announced",
                       text.size(), *content_length);
  return text;
}

}  // namespace yundisk::fcgi
