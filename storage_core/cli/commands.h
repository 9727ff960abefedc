// What yundisk-cli does, one function a command, over the binary protocol alone. Results go to
// `out`, for people or, with `json`, as one JSON value. What asks single daemons is in verify.h and
// monitor.h.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/error.h"
#include "common/base/result.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/output.h"
#include "storage_core/client/cluster.h"

namespace yundisk::cli {

// Uploads a regular file. With an empty key.file_id the
// object gets a fresh id. Prints the id.
Result<void> Upload(client::Cluster& cluster, client::ObjectKey key, const std::string& file,
                    const Output& output);

struct DownloadRange {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;  // 0: to the end
};
// Downloads to a file ("-": standard output). The file appears under its name only when all of it
// has come.
Result<void> Download(client::Cluster& cluster, const client::ObjectKey& key, DownloadRange range,
                      const std::string& file, const Output& output);

// Also how many healthy copies there are, of how many wanted.
Result<void> Stat(client::Cluster& cluster, const DaemonCaller& daemons,
                  const client::ObjectKey& key, const Output& output);
Result<void> Delete(client::Cluster& cluster, const client::ObjectKey& key, const Output& output);
Result<void> Groups(client::Cluster& cluster, const Output& output);
Result<void> Nodes(client::Cluster& cluster, const Output& output);
// Draws `count` ids and prints a line each; as JSON, "id" is the first and "ids" are all.
Result<void> DrawIds(client::Cluster& cluster, const std::string& key, std::uint64_t count,
                     const Output& output);
// Which storages hold, or would hold, an object.
Result<void> Route(client::Cluster& cluster, const client::ObjectKey& key, const Output& output);
// Where the trackers would put a new object of this size now: a group, of `region` if one has room
// (empty: anywhere), and its storages.
Result<void> Place(const DaemonCaller& daemons, const client::ObjectKey& owner,
                   std::uint64_t size_bytes, const std::string& region, const Output& output);

// The exit code of a failed command: 3 not found or deleted, 4 not available now, 5 refused
// (exists, no space, unauthenticated), 1 anything else. 2 is for a wrong command line.
int ExitCode(Code code);

}  // namespace yundisk::cli
