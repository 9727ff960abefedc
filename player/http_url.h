// An http or https address, read strictly: what is not plainly an address of a server and a path on
// it is refused.
//
//   url    = ("http" / "https") "://" host [":" port] path
//   host   = letters, digits, "-", "." / "[" IPv6 address "]"
//   path   = "/" and the characters RFC 3986 allows there; "%" only before two hexadecimal digits
//
// No user names, no query, no fragment, no backslash, no "." or ".." segments, nothing beyond
// ASCII. Two programs that read such an address cannot read it differently, which is how addresses
// are usually abused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yundisk::player {

struct HttpUrl {
  std::string scheme;      // "http" or "https"
  std::string host;        // small letters; an IPv6 address with its brackets
  std::uint16_t port = 0;  // never 0 in a parsed URL: the scheme's own where none is given
  std::string path;        // as it was given

  // "https://disk.example.org", with the port when it is not the scheme's own.
  std::string Origin() const;
  std::string ToString() const { return Origin() + path; }
};

// Longer addresses are refused.
inline constexpr std::size_t kMaxUrlBytes = 8192;

std::optional<HttpUrl> ParseHttpUrl(std::string_view text);

// The same without a path, or with the path "/"; the path of the result is "/".
std::optional<HttpUrl> ParseOrigin(std::string_view text);

}  // namespace yundisk::player
