// What a page could put behind yundisk://, and what a server could answer. Whatever is accepted
// keeps the promises of the headers: it is a signed http(s) address that says the same when read
// again, and a title that may be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "player/http_response.h"
#include "player/link.h"
#include "player/utf8.h"

namespace {

using yundisk::player::Link;

void Require(bool promise) {
  if (!promise) std::abort();
}

void CheckLink(std::string_view text) {
  const auto parsed = yundisk::player::ParseLink(text);
  const auto* link = std::get_if<Link>(&parsed);
  if (link == nullptr) return;
  const auto again = yundisk::player::ParseHttpUrl(link->url.ToString());
  Require(again && again->ToString() == link->url.ToString());
  Require(link->url.path.starts_with("/api/v1/signed/"));
  Require(link->url.Origin().find('@') == std::string::npos);
  Require(!link->title.empty() && yundisk::player::IsPrintableUtf8(link->title));
}

void CheckResponse(std::string_view text) {
  yundisk::player::HttpResponse response;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n') + 1);
    response.TakeLine(line.empty() ? text : line);
    text.remove_prefix(line.empty() ? text.size() : line.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckLink(text);
  CheckResponse(text);
  return 0;
}
