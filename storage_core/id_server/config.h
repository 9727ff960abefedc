// [id_server]
#pragma once

#include <string>

#include "common/base/config.h"
#include "common/base/shared_config.h"
#include "common/net/server_options.h"
#include "storage_core/id_server/allocator.h"

namespace yundisk::id_server {

struct Config {
  std::string listen = "127.0.0.1:22000";
  std::string announce;  // where others reach it; empty: `listen`, if that is one address
  std::string name = "id_server";
  AllocatorOptions allocator;
  net::Limits limits;
  LogConfig log;
  ClusterConfig cluster;

  void Describe(ConfigFields& fields) {
    fields.Text("id_server.listen", listen);
    fields.Text("id_server.announce", announce);
    fields.Text("id_server.name", name);
    fields.Integer("id_server.block_size", allocator.block_size, {1, 1000000});
    fields.Integer("id_server.max_keys", allocator.max_keys, {1, 1000000});
    limits.Describe(fields, "id_server");
    log.Describe(fields);
    cluster.Describe(fields);
  }
};

}  // namespace yundisk::id_server
