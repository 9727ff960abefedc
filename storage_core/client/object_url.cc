#include "storage_core/client/object_url.h"

#include <algorithm>
#include <vector>

#include "common/base/strings.h"
#include "common/http/percent.h"
#include "common/protocol/hmac.h"
#include "common/protocol/text.h"

namespace yundisk::client {
namespace {

constexpr std::string_view kKeyLabel = "storage-http-v1";
constexpr std::string_view kKeyIdLabel = "key id";
constexpr std::size_t kKeyIdDigits = 8;
constexpr std::string_view kSignatureMark = "&signature=";
constexpr std::string_view kKeyMark = "&key=";
constexpr std::string_view kGroupPrefix = "/group/";

constexpr std::size_t kMaxGroupBytes = 16;
constexpr std::size_t kMaxFileIdBytes = 128;
constexpr std::size_t kMaxApplicationBytes = 16;
constexpr std::size_t kMaxUserBytes = 256;
constexpr std::size_t kMaxMediaTypeBytes = 128;

bool Fits(std::string_view text, std::size_t max_bytes) {
  return !text.empty() && wire::TextProblem(text, max_bytes).empty();
}

// One that a URL can carry between two slashes, and that no client folds away.
bool IsSegment(std::string_view text, std::size_t max_bytes) {
  return Fits(text, max_bytes) && text.find('/') == std::string_view::npos && text != "." &&
         text != "..";
}

// Printable ASCII without what could end a header or a parameter early.
bool IsMediaType(std::string_view text) {
  const std::size_t slash = text.find('/');
  return text.size() <= kMaxMediaTypeBytes && slash != 0 && slash < text.size() - 1 &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsWhole(const ObjectUrl& url) {
  const std::size_t slash = url.file_id.find('/');
  if (slash == std::string::npos || url.file_id.size() > kMaxFileIdBytes) return false;
  const std::string_view id = url.file_id;
  return IsSegment(id.substr(0, slash), kMaxGroupBytes) &&
         IsSegment(id.substr(slash + 1), kMaxFileIdBytes) &&
         (url.name.empty() || IsSegment(url.name, UrlSigner::kMaxNameBytes)) &&
         Fits(url.application, kMaxApplicationBytes) && Fits(url.user, kMaxUserBytes) &&
         (url.media_type.empty() || IsMediaType(url.media_type)) &&
         (!url.window || url.window->first <= url.window->last);
}

// Group, number and name out of the path; nothing when it is not an object's.
std::optional<ObjectUrl> ParsePath(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<std::string_view> encoded = Split(path.substr(1), '/');
  if (path.starts_with(kGroupPrefix) && encoded.size() > 2) encoded.erase(encoded.begin());
  if (encoded.size() < 2 || encoded.size() > 3) return std::nullopt;
  std::vector<std::string> segments;
  for (const std::string_view segment : encoded) {
    auto decoded = http::PercentDecode(segment);
    if (!decoded || !IsSegment(*decoded, UrlSigner::kMaxNameBytes)) return std::nullopt;
    segments.push_back(*std::move(decoded));
  }
  ObjectUrl url;
  url.file_id = segments[0] + '/' + segments[1];
  if (segments.size() == 3) url.name = segments[2];
  if (segments[0].size() > kMaxGroupBytes || url.file_id.size() > kMaxFileIdBytes)
    return std::nullopt;
  return url;
}

std::string PathOf(const ObjectUrl& url) {
  std::string path = '/' + http::PercentEncode(url.file_id, "/");
  // A group of that name would be taken for the prefix.
  if (path.starts_with(kGroupPrefix)) path.insert(0, kGroupPrefix.substr(0, 6));
  if (!url.name.empty()) path += '/' + http::PercentEncode(url.name);
  return path;
}

std::optional<ByteWindow> ParseWindow(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = ParseNumber(text.substr(0, dash));
  const auto last = ParseNumber(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return ByteWindow{*first, *last};
}

// False when the parameter is not known or its value not understood.
bool SetParameter(std::string_view name, std::string value, ObjectUrl& url) {
  if (name == "application") {
    url.application = std::move(value);
  } else if (name == "user") {
    url.user = std::move(value);
  } else if (name == "expires") {
    const auto number = ParseNumber(value);
    url.expires_at_s = number.value_or(0);
    return number.has_value();
  } else if (name == "method") {
    url.head_only = value == "HEAD";
    return url.head_only || value == "GET";
  } else if (name == "disposition") {
    url.attachment = value == "attachment";
    return url.attachment || value == "inline";
  } else if (name == "type") {
    url.media_type = std::move(value);
  } else if (name == "range") {
    url.window = ParseWindow(value);
    return url.window.has_value();
  } else {
    return name == "key";
  }
  return true;
}

bool ParseQuery(std::string_view query, ObjectUrl& url) {
  for (const std::string_view parameter : Split(query, '&')) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return false;
    auto value = http::PercentDecode(parameter.substr(equals + 1));
    if (!value || !SetParameter(parameter.substr(0, equals), *std::move(value), url)) return false;
  }
  return IsWhole(url);
}

std::string QueryOf(const ObjectUrl& url, std::string_view key_id) {
  std::string query =
      fmt::format("application={}&user={}&expires={}", http::PercentEncode(url.application),
                  http::PercentEncode(url.user), url.expires_at_s);
  if (url.head_only) query += "&method=HEAD";
  if (url.window) query += fmt::format("&range={}-{}", url.window->first, url.window->last);
  if (!url.media_type.empty()) query += "&type=" + http::PercentEncode(url.media_type, "/");
  if (url.attachment) query += "&disposition=attachment";
  return query.append(kKeyMark).append(key_id);
}

}  // namespace

UrlSigner::UrlSigner(const wire::Secret& secret)
    : key_(wire::HmacSha256(secret, AsBytes(kKeyLabel))),
      key_id_(HexFromBytes(wire::HmacSha256(key_, AsBytes(kKeyIdLabel))).substr(0, kKeyIdDigits)) {}

std::string UrlSigner::Signature(const ObjectUrl& path, std::string_view query) const {
  std::string message = path.file_id;
  message.push_back('\0');
  message.append(path.name).push_back('\0');
  message.append(query);
  return HexFromBytes(wire::HmacSha256(key_, AsBytes(message)));
}

Result<std::string> UrlSigner::Sign(const ObjectUrl& url) const {
  if (!IsWhole(url))
    return Error::Make(Code::kBadRequest,
                       "object '{}' as '{}': no URL can name it; an id is <group>/<number>, and a "
                       "name has no slash and at most {} bytes",
                       url.file_id, url.name, kMaxNameBytes);
  const std::string query = QueryOf(url, key_id_);
  return fmt::format("{}?{}{}{}", PathOf(url), query, kSignatureMark, Signature(url, query));
}

std::variant<ObjectUrl, UrlFault> UrlSigner::Verify(std::string_view target, UrlTime time) const {
  const std::size_t mark = std::min(target.find('?'), target.size());
  std::optional<ObjectUrl> url = ParsePath(target.substr(0, mark));
  if (!url) return UrlFault::kNotAnObject;
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  const std::size_t end = query.rfind(kSignatureMark);
  if (end == std::string_view::npos) return UrlFault::kUnsigned;
  const std::string_view signed_query = query.substr(0, end);
  const std::string_view signature = query.substr(end + kSignatureMark.size());
  if (!wire::SameSecret(AsBytes(signature), AsBytes(Signature(*url, signed_query)))) {
    const std::string own_key = std::string(kKeyMark) + key_id_;
    return signed_query.ends_with(own_key) ? UrlFault::kAltered : UrlFault::kOtherKey;
  }
  if (!ParseQuery(signed_query, *url)) return UrlFault::kMalformed;
  if (time.now_s >= url->expires_at_s) return UrlFault::kExpired;
  if (url->expires_at_s - time.now_s > time.max_life_s) return UrlFault::kTooLong;
  return *std::move(url);
}

}  // namespace yundisk::client
