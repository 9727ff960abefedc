// The identity of a data folder's log: random bytes in the file <data>/identity, made once. Another
// folder, or the same one emptied, has another.
#pragma once

#include <string>

#include "common/base/random.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/file_system.h"

namespace yundisk::storage {

// Reads it, or makes it durably when there is none or only a torn one.
Task<LogIdentity> LoadIdentity(FileSystem& files, const std::string& folder, Random& random);

}  // namespace yundisk::storage
