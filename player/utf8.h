// Whether bytes are text that may be shown.
#pragma once

#include <string_view>

namespace yundisk::player {

// Well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF) without control
// characters and without the characters that turn the direction of the text around them, by which a
// title could hide what it says.
bool IsPrintableUtf8(std::string_view text);

}  // namespace yundisk::player
