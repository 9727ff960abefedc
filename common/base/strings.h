// Reading text that others wrote.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace yundisk {

// The parts between separators: one more than there are separators, so one even of an empty text.
// They are views of `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);

// The whole text as a decimal number, with a leading '-' at most where T has a sign; nothing
// otherwise, nor when it does not fit.
template <std::integral T = std::uint64_t>
std::optional<T> ParseNumber(std::string_view text) {
  T number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace yundisk
