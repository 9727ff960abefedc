#include "player/http_response.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace yundisk::player {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool EqualsIgnoringCase(std::string_view a, std::string_view small_letters) {
  return std::ranges::equal(a, small_letters, {}, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
}

std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

void HttpResponse::TakeLine(std::string_view line) {
  if (line.starts_with("HTTP/")) *this = HttpResponse();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = line.substr(0, colon);
  const auto value = Trim(line.substr(colon + 1));
  if (EqualsIgnoringCase(name, "etag")) {
    etag = value;
  } else if (EqualsIgnoringCase(name, "content-length")) {
    content_length = Number(value);
  } else if (EqualsIgnoringCase(name, "content-range") && value.starts_with("bytes ")) {
    const auto dash = value.find('-');
    const auto slash = value.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos) return;
    range_start = Number(value.substr(6, dash - 6));
    range_total = Number(value.substr(slash + 1));
  }
}

}  // namespace yundisk::player
