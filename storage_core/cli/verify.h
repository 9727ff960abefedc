// Looks at every copy of an object: whether each member of its group has it, and the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/protocol/messages.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/output.h"

namespace yundisk::cli {

enum class CopyState {
  kHealthy,
  kMissing,      // the member does not have it, or has it deleted
  kDiffering,    // size or checksum are not those of the others
  kDamaged,      // the member has it and cannot read it
  kUnavailable,  // the member could not be asked, or does not know yet
};

struct Copy {
  std::string node;
  std::string address;
  CopyState state = CopyState::kUnavailable;
  std::optional<wire::ObjectStat> stat = {};  // when the member has it
  std::string problem = {};                   // in words, when it has not
};

// Decides which of the copies that have a stat are healthy: those that are what most of them are.
// Where there is no majority all of them are differing.
void Judge(std::vector<Copy>& copies);

// Prints a line for each member of the object's group. Succeeds only when all of them have the same
// object; otherwise kNotFound: nobody has it; kUnavailable: those that could be asked agree;
// kCorrupt: anything else.
Result<void> Verify(const DaemonCaller& daemons, const client::ObjectKey& key,
                    const Output& output);

}  // namespace yundisk::cli
