// White space around the values of header fields.
#pragma once

#include <string_view>

namespace yundisk::http {

// Without the optional white space (spaces and tabs) of RFC 9110 at both ends.
inline std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace yundisk::http
