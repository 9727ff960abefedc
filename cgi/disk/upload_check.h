// Whether an upload has a chance, asked before its body is read. The committer decides again: what
// is true now may not be true then. Blocks on MariaDB.
#pragma once

#include <cstdint>
#include <optional>

#include "cgi/disk/tree_reader.h"
#include "cgi/disk/uploader.h"
#include "common/database/database.h"

namespace yundisk::disk {

// Refuses as TreeEdit::Put would: kConflict, kPreconditionFailed, kQuotaExceeded. `size_bytes` is
// absent when the client does not tell it; then the quota must not be used up already.
Result<void> CheckUpload(db::Pool& pool, TreeReader& reader, const TreeOwner& owner,
                         const UploadTarget& target, std::optional<std::uint64_t> size_bytes);

}  // namespace yundisk::disk
