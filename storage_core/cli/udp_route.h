// `yundisk-cli route --udp`: what a client that asks a tracker over UDP is told in one answer, and
// how such a client tells the trackers how its call ended.
#pragma once

#include <string>

#include "common/base/result.h"
#include "storage_core/cli/output.h"
#include "storage_core/client/cluster.h"

namespace yundisk::cli {

// Prints the group and the addresses of its storages and of the other services, one packet each
// way. With `report` it also asks the first storage for the object's size and tells every tracker
// over UDP how that call ended; a call that failed is kUnavailable then.
Result<void> RouteOverUdp(const client::Options& options, const client::ObjectKey& key, bool report,
                          const Output& output);

}  // namespace yundisk::cli
