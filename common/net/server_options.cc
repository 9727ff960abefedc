#include "common/net/server_options.h"

#include <fmt/format.h>

namespace yundisk::net {

void Limits::Describe(ConfigFields& fields, std::string_view table) {
  const auto key = [table](std::string_view name) { return fmt::format("{}.{}", table, name); };
  fields.Integer(key("max_connections"), max_connections, {1, 1000000});
  fields.Duration(key("idle_timeout_s"), idle_timeout_s, {1, 86400});
  fields.Duration(key("header_timeout_s"), header_timeout_s, {1, 3600});
  fields.Duration(key("stall_timeout_s"), stall_timeout_s, {1, 3600});
  fields.Integer(key("min_bytes_per_s"), min_bytes_per_s, {1, 1000000000});
  fields.Duration(key("drain_timeout_s"), drain_timeout_s, {0, 3600});
}

}  // namespace yundisk::net
