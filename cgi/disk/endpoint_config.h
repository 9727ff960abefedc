// The tables of the configuration that every FastCGI program reads.
#pragma once

#include "cgi/disk/config.h"
#include "common/base/shared_config.h"
#include "common/redis/config.h"

namespace yundisk::disk {

struct EndpointConfig {
  WebConfig web;
  MetricsConfig metrics;
  ClusterConfig cluster;
  redis::RedisConfig redis;

  void Describe(ConfigFields& fields) {
    web.Describe(fields);
    metrics.Describe(fields);
    cluster.Describe(fields);
    redis.Describe(fields);
  }
};

}  // namespace yundisk::disk
