#include "player/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace yundisk::player {
namespace {

struct Form {
  std::uint8_t mask;  // the bits of the first byte that tell the form
  std::uint8_t mark;  // and their value
  std::size_t bytes;  // of the whole character
  char32_t smallest;  // a smaller value in this form is overlong
};

constexpr std::array kForms{Form{0x80, 0x00, 1, 0}, Form{0xE0, 0xC0, 2, 0x80},
                            Form{0xF0, 0xE0, 3, 0x800}, Form{0xF8, 0xF0, 4, 0x10000}};

// Takes one character off the front.
std::optional<char32_t> Take(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  for (const Form& form : kForms) {
    if ((first & form.mask) != form.mark) continue;
    if (text.size() < form.bytes) return std::nullopt;
    auto value = static_cast<char32_t>(first & static_cast<std::uint8_t>(~form.mask));
    for (std::size_t i = 1; i < form.bytes; ++i) {
      const auto next = static_cast<std::uint8_t>(text[i]);
      if ((next & 0xC0) != 0x80) return std::nullopt;
      value = (value << 6) | (next & 0x3Fu);
    }
    text.remove_prefix(form.bytes);
    if (value < form.smallest) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

bool IsCharacter(char32_t c) { return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF); }
bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }
bool TurnsDirection(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

bool IsPrintableUtf8(std::string_view text) {
  while (!text.empty()) {
    const auto c = Take(text);
    if (!c || !IsCharacter(*c) || IsControl(*c) || TurnsDirection(*c)) return false;
  }
  return true;
}

}  // namespace yundisk::player
