// The Range field, RFC 9110 section 14.2. Pure functions; a malformed field or another unit is
// answered with the whole content, as the RFC allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace yundisk::http {

struct ByteRange {
  std::uint64_t offset;
  std::uint64_t length;  // never 0
  bool operator==(const ByteRange&) const = default;
};
struct WholeContent {
  bool operator==(const WholeContent&) const = default;
};
struct RangeNotSatisfiable {
  bool operator==(const RangeNotSatisfiable&) const = default;
};

// One range; several are answered with the whole content.
using RangeAnswer = std::variant<WholeContent, ByteRange, RangeNotSatisfiable>;
RangeAnswer ParseRange(std::string_view value, std::uint64_t size_bytes);

// Up to `ranges_max` ranges, in the order they are asked for, those outside left out. More, or such
// as overlap so far that the whole content is shorter, are answered with the whole content.
using RangesAnswer = std::variant<WholeContent, std::vector<ByteRange>, RangeNotSatisfiable>;
RangesAnswer ParseRanges(std::string_view value, std::uint64_t size_bytes, std::size_t ranges_max);

}  // namespace yundisk::http
