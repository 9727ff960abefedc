// What an operator makes of a storage: drained before it is taken away, active again, or removed.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/protocol/messages.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/output.h"

namespace yundisk::cli {

// `node` is "<group>/<name>", as in the list of nodes with a slash between. kBadRequest when it is
// not, and when an active storage is to be removed; kNotFound when there is no such member.
Result<void> SetMember(const DaemonCaller& daemons, const std::string& node,
                       wire::MemberAction action, const Output& output);

}  // namespace yundisk::cli
