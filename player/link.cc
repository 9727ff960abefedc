#include "player/link.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "player/utf8.h"

namespace yundisk::player {
namespace {

constexpr std::string_view kStart = "yundisk://play?";
// Some desktops add a slash behind what they take for a host name.
constexpr std::string_view kStartWithSlash = "yundisk://play/?";
constexpr std::string_view kSignedPath = "/api/v1/signed/";

struct Parameters {
  std::optional<std::string> url;
  std::optional<std::string> title;
  std::optional<std::string> server;

  std::optional<std::string>* Find(std::string_view name) {
    if (name == "url") return &url;
    if (name == "title") return &title;
    if (name == "server") return &server;
    return nullptr;
  }
};

std::optional<std::string_view> AfterStart(std::string_view text) {
  if (text.size() > kMaxLinkBytes) return std::nullopt;
  for (const auto start : {kStart, kStartWithSlash}) {
    if (text.starts_with(start)) return text.substr(start.size());
  }
  return std::nullopt;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

// '+' stays '+': the page encodes with encodeURIComponent, and film names contain it.
std::optional<std::string> Decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = HexDigit(text[i + 1]);
    const auto low = HexDigit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return out;
}

std::optional<Parameters> ReadParameters(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    auto* slot = parameters.Find(pair.substr(0, equals));
    if (slot == nullptr) continue;
    auto value = Decode(pair.substr(equals + 1));
    if (*slot || !value || !IsPrintableUtf8(*value)) return std::nullopt;
    *slot = std::move(value);
  }
  return parameters;
}

// What the path calls the film, when the page did not say.
std::string TitleOf(const HttpUrl& url) {
  const auto name = Decode(url.path.substr(url.path.rfind('/') + 1));
  return name && !name->empty() && IsPrintableUtf8(*name) ? *name : url.Origin();
}

}  // namespace

std::variant<Link, LinkProblem> ParseLink(std::string_view text) {
  const auto query = AfterStart(text);
  if (!query) return LinkProblem::kNotALink;
  auto parameters = ReadParameters(*query);
  if (!parameters || !parameters->url) return LinkProblem::kMalformed;
  auto url = ParseHttpUrl(*parameters->url);
  if (!url) return LinkProblem::kNotHttp;
  if (parameters->server) {
    const auto server = ParseOrigin(*parameters->server);
    if (!server || server->Origin() != url->Origin()) return LinkProblem::kOtherServer;
  }
  if (!url->path.starts_with(kSignedPath)) return LinkProblem::kNotSigned;
  std::string title = parameters->title.value_or("");
  if (title.size() > kMaxTitleBytes) return LinkProblem::kMalformed;
  if (title.empty()) title = TitleOf(*url);
  return Link{std::move(*url), std::move(title)};
}

}  // namespace yundisk::player
