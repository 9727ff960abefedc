// User names: what people may call themselves. Pure functions.
//
// A name has 1 to 64 characters: letters and digits of any script (with their combining marks),
// '.', '_' and '-'; it begins with a letter or a digit. It is shown as written (in Unicode form
// NFC) and compared by its key, NFKC_Casefold: "Ａlice", "ALICE" and "alice" are one name, so
// nobody can register a look-alike in other case or width. Look-alikes of different scripts stay
// different.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace yundisk::disk {

inline constexpr std::size_t kUsernameMaxCharacters = 64;
inline constexpr std::size_t kUsernameKeyMaxBytes = 256;

struct Username {
  std::string shown;
  std::string key;

  // kBadRequest names the rule that is broken. `text` is UTF-8.
  static Result<Username> Parse(std::string_view text);
};

// Unicode normalisation form C of UTF-8 text: one spelling of what looks the same.
std::string NormalizedNfc(std::string_view text);

}  // namespace yundisk::disk
