// The names under which a peer may offer files for adoption: relative to the spool folder.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace yundisk::storage {

// The path of the file; kBadRequest when the name is not plain names (letters, digits, '_', '-',
// '.' not first) separated by '/', and kUnavailable without a spool folder.
Result<std::string> SpoolPath(const std::string& spool_folder, std::string_view name);

}  // namespace yundisk::storage
