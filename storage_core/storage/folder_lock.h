// Keeps a second storaged out of a data folder while this lives.
#pragma once

#include <string>

#include "common/base/result.h"
#include "storage_core/storage/system_calls.h"

namespace yundisk::storage {

class FolderLock {
 public:
  // Makes the folder (not its parents) when there is none. kUnavailable when another process has
  // the lock. Blocks on the disk, not on the other process.
  static Result<FolderLock> Take(const std::string& folder);

 private:
  explicit FolderLock(system_calls::Descriptor file) : file_(std::move(file)) {}

  system_calls::Descriptor file_;
};

}  // namespace yundisk::storage
