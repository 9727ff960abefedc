// The configuration tables that many programs share and that need no more than the base.
#pragma once

#include <string>
#include <vector>

#include "common/base/config.h"
#include "common/base/log.h"

namespace yundisk {

// [log]
struct LogConfig {
  std::string level = "info";

  void Describe(ConfigFields& fields) {
    fields.OneOf("log.level", level, {"debug", "info", "warning", "error"});
  }
};

// [metrics]
struct MetricsConfig {
  std::string
      file;  // the memory-mapped segment that all programs of the machine share; empty: none

  void Describe(ConfigFields& fields) { fields.Text("metrics.file", file); }
};

// [cluster]
struct ClusterConfig {
  std::string auth = "secret";  // "none": loopback addresses only
  std::string secret_file;      // 64 hexadecimal digits, mode 0600
  std::vector<std::string> trackers{"127.0.0.1:21000"};
  std::vector<std::string> id_servers{"127.0.0.1:22000"};
  std::string region;  // where new content is wanted; empty: anywhere

  void Describe(ConfigFields& fields) {
    fields.OneOf("cluster.auth", auth, {"secret", "none"});
    fields.Text("cluster.secret_file", secret_file);
    fields.TextList("cluster.trackers", trackers);
    fields.TextList("cluster.id_servers", id_servers);
    fields.Text("cluster.region", region);
  }
};

}  // namespace yundisk
