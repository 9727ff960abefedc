// Looks at every copy of an object: whether each member of its group has it whole, and the same;
// and has them mended.
#pragma once

#include "common/base/result.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/output.h"
#include "storage_core/client/cluster.h"

namespace yundisk::cli {

// Prints a line for each member of the object's group and how many copies are healthy of how many
// wanted. Succeeds only when all that are wanted are (copies.h, Verdict). With `reread` every
// member reads its copy now; without it, it tells what it knows.
Result<void> Verify(const DaemonCaller& daemons, const client::ObjectKey& key, bool reread,
                    const Output& output);

// The same, after every member has read its copy and brought it from another member where it was
// missing or damaged.
Result<void> RepairObject(const DaemonCaller& daemons, const client::ObjectKey& key,
                          const Output& output);

}  // namespace yundisk::cli
