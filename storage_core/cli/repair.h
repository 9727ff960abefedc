// `yundisk-cli repair --group`, `--all`: has every member read all it holds, and bring what is
// missing or damaged from another one. The members do it by themselves once it has begun; this
// watches them.
#pragma once

#include <chrono>
#include <string>

#include "common/base/result.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/output.h"

namespace yundisk::cli {

struct RepairWish {
  std::string group;  // empty: all
  bool end = false;   // ends what runs
  std::chrono::milliseconds look_every{500};
};

// Prints what came of it on every member, and the totals. Joins a repair that runs already.
// kCorrupt when something could not be mended; kUnavailable when a member was out of reach, or was
// started anew in between; kNotFound when there is no such group.
Result<void> RepairGroups(const DaemonCaller& daemons, const RepairWish& wish,
                          const Output& output);

}  // namespace yundisk::cli
