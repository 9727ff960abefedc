// The links by which the page of a yundisk opens a film here:
//
//   yundisk://play?url=<address>&title=<name>&server=<origin>
//
// Every value percent-encoded UTF-8. Any page on the web can make the browser offer such a link, so
// a link is an untrusted wish: it names a film and nothing else. `url` has to be a signed address
// (/api/v1/signed/...) and lie on `server`; no option of the player, no local file, no password can
// be put into a link. Parameters that a later page may add are ignored, a known one given twice is
// refused. Whether the server is one of the user's is asked elsewhere (trusted_servers.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "player/http_url.h"

namespace yundisk::player {

struct Link {
  HttpUrl url;
  std::string
      title;  // UTF-8 without control characters; the last part of the path where none was given
};

enum class LinkProblem {
  kNotALink,     // another scheme, another action, too long
  kMalformed,    // bad escapes, not UTF-8, a parameter twice, no url
  kNotHttp,      // the target is not a plain http or https address
  kOtherServer,  // the target is not on the server that the link names
  kNotSigned,    // the target is not a signed address of a film
};

inline constexpr std::size_t kMaxLinkBytes = 16384;
inline constexpr std::size_t kMaxTitleBytes = 1024;

std::variant<Link, LinkProblem> ParseLink(std::string_view text);

}  // namespace yundisk::player
