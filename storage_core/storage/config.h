// [storage]
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/config.h"
#include "common/base/shared_config.h"
#include "common/net/server_options.h"
#include "storage_core/storage/http/config.h"

namespace yundisk::storage {

struct Config {
  std::string listen = "127.0.0.1:23000";
  std::string name = "storage";
  std::string group = "1";
  std::string data_directory;    // has no default
  std::string spool_directory;   // on the same file system; empty: nothing can be adopted
  bool replicate = true;         // false: the only storage of its group, whatever trackers say
  std::size_t min_replicas = 0;  // copies before an upload is acknowledged; 0: on every member
  std::chrono::milliseconds copy_wait_ms{10000};  // for members that break off meanwhile
  std::uint64_t min_sync_bytes_per_s = std::uint64_t{8} << 20;  // of a member's disk
  std::size_t threads = 0;  // loops for connections; 0: one for each core
  std::size_t disk_threads = 8;
  std::uint64_t large_object_bytes = 102'400;
  std::uint64_t volume_bytes = std::uint64_t{1} << 30;
  std::uint64_t prepare_bytes = std::uint64_t{16} << 20;
  std::uint64_t min_free_bytes = std::uint64_t{256} << 20;
  std::uint64_t compaction_garbage_percent = 50;
  std::uint64_t scrub_bytes_per_s = std::uint64_t{4} << 20;  // 0: no scrub
  std::chrono::seconds verify_max_age_s = std::chrono::hours(24 * 7);
  std::chrono::seconds index_flush_interval_s{30};
  net::Limits limits;
  HttpConfig http;
  LogConfig log;
  ClusterConfig cluster;

  void Describe(ConfigFields& fields) {
    constexpr std::int64_t kMiB = std::int64_t{1} << 20;
    fields.Text("storage.listen", listen);
    fields.Text("storage.name", name);
    fields.Text("storage.group", group);
    fields.Text("storage.data_directory", data_directory);
    fields.Text("storage.spool_directory", spool_directory);
    fields.Boolean("storage.replicate", replicate);
    fields.Integer("storage.min_replicas", min_replicas, {0, 16});
    fields.Duration("storage.copy_wait_ms", copy_wait_ms, {0, 600'000});
    fields.Integer("storage.min_sync_bytes_per_s", min_sync_bytes_per_s, {4096, kMiB << 20});
    fields.Integer("storage.threads", threads, {0, 256});
    fields.Integer("storage.disk_threads", disk_threads, {1, 256});
    fields.Integer("storage.large_object_bytes", large_object_bytes, {4096, kMiB});
    fields.Integer("storage.volume_bytes", volume_bytes, {kMiB, kMiB << 20});
    fields.Integer("storage.prepare_bytes", prepare_bytes, {65'536, kMiB << 10});
    fields.Integer("storage.min_free_bytes", min_free_bytes, {0, kMiB << 20});
    fields.Integer("storage.compaction_garbage_percent", compaction_garbage_percent, {1, 99});
    fields.Integer("storage.scrub_bytes_per_s", scrub_bytes_per_s, {0, kMiB << 20});
    fields.Duration("storage.verify_max_age_s", verify_max_age_s, {2, 366L * 86'400});
    fields.Duration("storage.index_flush_interval_s", index_flush_interval_s, {1, 86'400});
    limits.Describe(fields, "storage");
    http.Describe(fields);
    log.Describe(fields);
    cluster.Describe(fields);
  }
};

}  // namespace yundisk::storage
