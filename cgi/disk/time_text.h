// Points in time as text. Pure functions.
#pragma once

#include <cstdint>
#include <string>

namespace yundisk::disk {

// "2026-11-21T05:27:24.123Z".
std::string Rfc3339(std::int64_t ms_since_1970);

}  // namespace yundisk::disk
