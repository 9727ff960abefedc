#include "common/http/ranges.h"

#include <algorithm>
#include <optional>

#include "common/base/strings.h"
#include "common/http/trim.h"

namespace yundisk::http {
namespace {

bool AllDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

RangeAnswer SuffixRange(std::string_view length_text, std::uint64_t size_bytes) {
  if (!AllDigits(length_text)) return WholeContent{};
  const std::uint64_t length = std::min(ParseNumber(length_text).value_or(size_bytes), size_bytes);
  if (length == 0) return RangeNotSatisfiable{};
  return ByteRange{size_bytes - length, length};
}

// One of the list: "0-99", "100-", "-100".
RangeAnswer ParseItem(std::string_view text, std::uint64_t size_bytes) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return WholeContent{};
  const std::string_view first_text = text.substr(0, dash);
  const std::string_view last_text = text.substr(dash + 1);
  if (first_text.empty()) return SuffixRange(last_text, size_bytes);
  if (!AllDigits(first_text) || !(last_text.empty() || AllDigits(last_text))) return WholeContent{};
  // A number beyond 64 bits is beyond every content.
  const std::uint64_t first = ParseNumber(first_text).value_or(UINT64_MAX);
  const std::uint64_t last =
      last_text.empty() ? UINT64_MAX : ParseNumber(last_text).value_or(UINT64_MAX);
  if (last < first) return WholeContent{};
  if (first >= size_bytes) return RangeNotSatisfiable{};
  return ByteRange{first, std::min(last, size_bytes - 1) - first + 1};
}

// What stands behind "bytes="; nothing when the field is of another kind.
std::optional<std::string_view> ByteRangeSet(std::string_view value) {
  constexpr std::string_view kUnit = "bytes=";
  value = Trimmed(value);
  if (!value.starts_with(kUnit)) return std::nullopt;
  return Trimmed(value.substr(kUnit.size()));
}

}  // namespace

RangeAnswer ParseRange(std::string_view value, std::uint64_t size_bytes) {
  const auto set = ByteRangeSet(value);
  return set ? ParseItem(*set, size_bytes) : WholeContent{};
}

RangesAnswer ParseRanges(std::string_view value, std::uint64_t size_bytes, std::size_t ranges_max) {
  const auto set = ByteRangeSet(value);
  if (!set) return WholeContent{};
  std::vector<ByteRange> ranges;
  std::uint64_t left_bytes = size_bytes;
  std::size_t asked = 0;
  for (std::string_view rest = *set;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const RangeAnswer item = ParseItem(Trimmed(rest.substr(0, comma)), size_bytes);
    if (std::holds_alternative<WholeContent>(item) || ++asked > ranges_max) return WholeContent{};
    if (const auto* range = std::get_if<ByteRange>(&item)) {
      if (range->length > left_bytes) return WholeContent{};
      left_bytes -= range->length;
      ranges.push_back(*range);
    }
    if (comma == rest.size()) break;
    rest.remove_prefix(comma + 1);
  }
  if (ranges.empty()) return RangeNotSatisfiable{};
  return ranges;
}

}  // namespace yundisk::http
