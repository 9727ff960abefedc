// [tracker]
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/base/config.h"
#include "common/base/shared_config.h"
#include "common/net/server_options.h"

namespace yundisk::tracker {

struct Config {
  std::string listen = "127.0.0.1:21000";
  std::string name = "tracker";
  // A storage that is silent for so long is OFFLINE.
  std::chrono::milliseconds beat_timeout_ms{3000};
  // "group/host=ip:port": what clients are told instead of the address a storage joined from.
  std::vector<std::string> addresses;
  net::Limits limits;
  LogConfig log;
  ClusterConfig cluster;

  void Describe(ConfigFields& fields) {
    fields.Text("tracker.listen", listen);
    fields.Text("tracker.name", name);
    fields.Duration("tracker.beat_timeout_ms", beat_timeout_ms, {100, 600000});
    fields.TextList("tracker.addresses", addresses);
    limits.Describe(fields, "tracker");
    log.Describe(fields);
    cluster.Describe(fields);
  }
};

}  // namespace yundisk::tracker
