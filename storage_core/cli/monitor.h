// The whole cluster at a glance: which daemons answer, and what the trackers say of the storages.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "storage_core/cli/daemon_caller.h"
#include "storage_core/cli/group_list.h"
#include "storage_core/cli/output.h"

namespace yundisk::cli {

struct DaemonProbe {
  wire::Service service{};
  std::string node;  // of a storage: "1/1a"
  std::string address;
  std::optional<std::chrono::microseconds> answered_in = {};
  std::string problem = {};  // when it did not answer
  // Of a storage: what it counts, by name.
  std::vector<std::pair<std::string, std::string>> statistics = {};
};

struct Snapshot {
  std::uint64_t time_s = 0;  // since 1970
  std::vector<DaemonProbe> daemons;
  GroupList list;            // as the first tracker that answers has it
  std::string list_problem;  // when none does
};

// Asks all daemons at the same time. Those that do not answer are part of the result.
Snapshot LookAtCluster(const DaemonCaller& daemons, const client::Options& options);

std::string SnapshotText(const Snapshot& snapshot);
Json::Value ToJson(const Snapshot& snapshot);

struct MonitorOptions {
  std::chrono::seconds interval{2};
  bool once = false;
  bool clear_screen = false;  // before each look
};

// Prints a snapshot, and goes on until the process is ended unless `once`. With json a line each.
// Once: kUnavailable when not every daemon answers.
Result<void> Monitor(const DaemonCaller& daemons, const client::Options& options,
                     const MonitorOptions& how, const Output& output);

// Prints which daemons answer, and how fast. kUnavailable when not all do.
Result<void> Ping(const DaemonCaller& daemons, const client::Options& options,
                  const Output& output);

}  // namespace yundisk::cli
