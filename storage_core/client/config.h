// From the table [cluster] to the options of a Cluster.
#pragma once

#include "common/base/shared_config.h"
#include "storage_core/client/cluster.h"

namespace yundisk::client {

inline Options OptionsFrom(const ClusterConfig& config) {
  Options options;
  options.trackers = config.trackers;
  options.id_servers = config.id_servers;
  options.region = config.region;
  if (config.auth == "secret") options.secret_file = config.secret_file;
  return options;
}

}  // namespace yundisk::client
