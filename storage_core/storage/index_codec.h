// How the index writes its rows. The rows are a cache: a version it does not know is a damaged
// index, which is rebuilt.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "storage_core/storage/index.h"

namespace yundisk::storage {

std::string EncodeEntry(const Entry& entry);
Result<Entry> DecodeEntry(std::string_view row);

std::string EncodeCheckpoint(const Checkpoint& checkpoint);
Result<Checkpoint> DecodeCheckpoint(std::string_view row);

}  // namespace yundisk::storage
