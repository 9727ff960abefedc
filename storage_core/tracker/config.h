// [tracker]
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/config.h"
#include "common/base/shared_config.h"
#include "common/net/server_options.h"
#include "storage_core/tracker/health.h"

namespace yundisk::tracker {

struct Config {
  std::string listen = "127.0.0.1:21000";
  std::string announce;  // where others reach it; empty: `listen`, if that is one address
  std::string name = "tracker";
  // A storage that is silent for so long is OFFLINE.
  std::chrono::milliseconds beat_timeout_ms{3000};
  // "group/host=ip:port": what clients are told instead of the address a storage joined from.
  std::vector<std::string> addresses;
  // The other trackers, "host:port": told of changes at once.
  std::vector<std::string> peers;
  std::string placement = "spread";
  std::uint64_t fill_reserve_bytes = std::uint64_t{1} << 30U;
  std::uint32_t max_in_flight_per_storage = 256;
  HealthRules health;
  std::chrono::seconds route_cache_s{60};  // in Redis; 0: not there
  net::Limits limits;
  LogConfig log;
  ClusterConfig cluster;

  void Describe(ConfigFields& fields) {
    fields.Text("tracker.listen", listen);
    fields.Text("tracker.announce", announce);
    fields.Text("tracker.name", name);
    fields.Duration("tracker.beat_timeout_ms", beat_timeout_ms, {100, 600000});
    fields.TextList("tracker.addresses", addresses);
    fields.TextList("tracker.peers", peers);
    fields.OneOf("tracker.placement", placement, {"spread", "fill"});
    fields.Integer("tracker.fill_reserve_bytes", fill_reserve_bytes, {0, std::int64_t{1} << 50U});
    fields.Integer("tracker.max_in_flight_per_storage", max_in_flight_per_storage, {0, 1000000});
    fields.Integer("tracker.out_after_errors", health.consecutive_errors, {1, 1000000});
    fields.Integer("tracker.out_after_calls", health.min_calls, {1, 1000000});
    fields.Integer("tracker.out_error_percent", health.error_percent, {1, 100});
    fields.Duration("tracker.route_cache_s", route_cache_s, {0, 86400});
    limits.Describe(fields, "tracker");
    log.Describe(fields);
    cluster.Describe(fields);
  }
};

}  // namespace yundisk::tracker
