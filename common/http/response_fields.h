// Values of response header fields. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yundisk::http {

// RFC 6266 and 8187: an ASCII stand-in and the true name. `disposition`: "inline" or "attachment".
std::string ContentDisposition(std::string_view disposition, std::string_view name);

// "Sat, 21 Nov 2026 05:27:24 GMT".
std::string HttpDate(std::int64_t ms_since_1970);

}  // namespace yundisk::http
