#include "player/http_url.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace yundisk::player {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxPortDigits = 5;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsNameCharacter(char c) { return IsDigit(c) || IsLetter(c) || c == '-' || c == '.'; }

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsPathCharacter(char c) {
  return IsDigit(c) || IsLetter(c) ||
         std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

std::uint16_t OwnPort(std::string_view scheme) {
  return scheme == "https" ? kHttpsPort : kHttpPort;
}

std::optional<std::string> TakeScheme(std::string_view& rest) {
  for (const std::string_view scheme : {"http", "https"}) {
    const std::string start = std::string(scheme) + "://";
    if (!rest.starts_with(start)) continue;
    rest.remove_prefix(start.size());
    return std::string(scheme);
  }
  return std::nullopt;
}

// Up to the character that ends the host; whether a port or a path may follow is for the caller.
std::optional<std::string> TakeHost(std::string_view& rest) {
  std::size_t end = 0;
  if (rest.starts_with('[')) {
    end = rest.find(']');
    if (end == std::string_view::npos || end < 3) return std::nullopt;
    const auto inside = rest.substr(1, end - 1);
    if (!std::ranges::all_of(inside, [](char c) { return IsHex(c) || c == ':' || c == '.'; }))
      return std::nullopt;
    ++end;
  } else {
    while (end < rest.size() && IsNameCharacter(rest[end])) ++end;
  }
  if (end == 0 || end > kMaxHostBytes || rest.starts_with('-') || rest.starts_with('.'))
    return std::nullopt;
  std::string host(rest.substr(0, end));
  std::ranges::transform(host, host.begin(), ToLower);
  rest.remove_prefix(end);
  return host;
}

std::optional<std::uint16_t> TakePort(std::string_view& rest, std::uint16_t own) {
  if (!rest.starts_with(':')) return own;
  rest.remove_prefix(1);
  const auto digits = std::min(rest.find('/'), rest.size());
  if (digits == 0 || digits > kMaxPortDigits) return std::nullopt;
  std::uint16_t port = 0;
  const char* end = rest.data() + digits;
  const auto [stop, error] = std::from_chars(rest.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  rest.remove_prefix(digits);
  return port;
}

// "%2e" is a dot for whoever decodes before resolving.
bool IsDotSegment(std::string_view segment) {
  std::size_t dots = 0;
  for (std::size_t i = 0; i < segment.size(); ++dots) {
    if (segment[i] == '.') {
      i += 1;
    } else if (segment.size() - i >= 3 && segment[i] == '%' && segment[i + 1] == '2' &&
               ToLower(segment[i + 2]) == 'e') {
      i += 3;
    } else {
      return false;
    }
  }
  return dots == 1 || dots == 2;
}

bool IsGoodPath(std::string_view path) {
  if (!path.starts_with('/') || !std::ranges::all_of(path, IsPathCharacter)) return false;
  for (std::size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    if (i + 2 >= path.size() || !IsHex(path[i + 1]) || !IsHex(path[i + 2])) return false;
  }
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    if (IsDotSegment(segment)) return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

}  // namespace

std::string HttpUrl::Origin() const {
  const std::string suffix = port == OwnPort(scheme) ? "" : ":" + std::to_string(port);
  return scheme + "://" + host + suffix;
}

std::optional<HttpUrl> ParseHttpUrl(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return std::nullopt;
  const auto scheme = TakeScheme(text);
  if (!scheme) return std::nullopt;
  auto host = TakeHost(text);
  if (!host) return std::nullopt;
  const auto port = TakePort(text, OwnPort(*scheme));
  if (!port || !IsGoodPath(text)) return std::nullopt;
  return HttpUrl{*scheme, std::move(*host), *port, std::string(text)};
}

std::optional<HttpUrl> ParseOrigin(std::string_view text) {
  auto url = ParseHttpUrl(text.ends_with('/') ? std::string(text) : std::string(text) + "/");
  return url && url->path == "/" ? url : std::nullopt;
}

}  // namespace yundisk::player
