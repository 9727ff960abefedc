// When this storage first joined a tracker, kept in a small file of its data folder. Only told to
// people: losing it harms nothing.
#pragma once

#include <cstdint>
#include <string>

namespace yundisk::storage {

// Seconds since 1970; 0 when it is not known.
std::uint64_t ReadJoinTime(const std::string& path);
void WriteJoinTime(const std::string& path, std::uint64_t time_s);

}  // namespace yundisk::storage
