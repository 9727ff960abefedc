// [redis]: how the programs of a machine reach Redis.
#pragma once

#include "common/base/config.h"
#include "common/redis/redis.h"

namespace yundisk::redis {

struct RedisConfig {
  Options options;

  void Describe(ConfigFields& fields) {
    fields.Text("redis.socket", options.socket);
    fields.Text("redis.host", options.host);
    fields.Integer("redis.port", options.port, {1, 65535});
    fields.Duration("redis.timeout_ms", options.timeout, {1, 60000});
  }
};

}  // namespace yundisk::redis
