// Percent-encoding of URLs, RFC 3986 section 2.1. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace yundisk::http {

// kBadRequest on a malformed escape. '+' stays.
Result<std::string> PercentDecode(std::string_view encoded);
// As forms write it: '+' is a space.
Result<std::string> PercentDecodeForm(std::string_view encoded);
// Encodes everything but RFC 3986 unreserved characters and those in `keep`.
std::string PercentEncode(std::string_view text, std::string_view keep = "");

}  // namespace yundisk::http
