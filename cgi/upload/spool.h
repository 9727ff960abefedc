// The folder where nginx spools large bodies, <spool>/<d>/<dd>/<number> (client_body_temp_path with
// levels 1 2), on the file system of the storage's data.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace yundisk::upload {

// Left free on the file system: the index, MariaDB and the logs need room as well.
inline constexpr std::uint64_t kFreeBytesKept = std::uint64_t{64} << 20;
// nginx removes a body's file with its request; one that did not change for this long lost its
// nginx.
inline constexpr std::chrono::hours kStaleAfter{1};

struct SpooledBody {
  std::string name;  // relative to the spool
  std::uint64_t size_bytes;
};

// `file` as nginx names it: absolute, a plain file below the spool. kInternal otherwise: only a
// wrong nginx.conf can cause it.
Result<SpooledBody> FindSpooled(const std::string& spool_directory, std::string_view file);

// kNoSpace when a body of that size would not fit.
Result<void> CheckFreeSpace(const std::string& spool_directory, std::uint64_t size_bytes);

// Removes files with names as nginx gives them that did not change for kStaleAfter; tells how many.
// Nothing else below the folder is touched.
std::size_t SweepSpool(const std::string& spool_directory, WallTime now);

}  // namespace yundisk::upload
