#include "storage_core/storage/folder_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

namespace yundisk::storage {

Result<FolderLock> FolderLock::Take(const std::string& folder) {
  TRY_VOID(system_calls::MakeFolder(folder));
  TRY(system_calls::Descriptor file, system_calls::Open(folder + "/lock", O_RDWR | O_CREAT));
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return FolderLock(std::move(file));
  if (errno == EWOULDBLOCK)
    return Error::Make(Code::kUnavailable, "locking {}: another storaged uses it", folder);
  return Error::FromErrno(errno, "locking " + folder);
}

}  // namespace yundisk::storage
