// The order in which people expect names: numbers by value ("scene 9" before "scene 10"), capitals
// beside small letters. Pure functions.
//
// NaturalSortKey turns a name into bytes whose plain comparison (memcmp, MariaDB's VARBINARY) gives
// that order:
//
//   folded part | 00 | the name itself
//
// In the folded part A-Z are a-z, and a run of digits is '0', its length without leading zeros (one
// byte), those digits; all other bytes stand for themselves, so that text beyond ASCII is in code
// point order. The name behind the 00 settles ties ("07" and "7", "a" and "A"). The key is cut at
// kSortKeyBytesMax; the listing index then goes on by id.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace yundisk::disk {

inline constexpr std::size_t kSortKeyBytesMax = 600;

// `name` is at most kNameBytesMax bytes.
std::string NaturalSortKey(std::string_view name);

}  // namespace yundisk::disk
