// The HTTP port of a storage, part of [storage].
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "common/base/config.h"

namespace yundisk::storage {

struct HttpConfig {
  std::string listen;                  // "ip:port"; empty: no HTTP
  std::size_t max_connections = 4096;  // more are closed as they come
  // Between two requests.
  std::chrono::seconds idle_timeout_s{75};
  // From the first byte of a request to the end of its head.
  std::chrono::seconds header_timeout_s{10};
  // For each 256 KiB of an answer.
  std::chrono::seconds stall_timeout_s{30};
  // A URL that expires later than this from now is refused.
  std::chrono::seconds max_url_life_s{std::chrono::hours(24 * 7)};

  void Describe(ConfigFields& fields) {
    fields.Text("storage.http_listen", listen);
    fields.Integer("storage.http_max_connections", max_connections, {1, 1'000'000});
    fields.Duration("storage.http_idle_timeout_s", idle_timeout_s, {1, 86'400});
    fields.Duration("storage.http_header_timeout_s", header_timeout_s, {1, 3600});
    fields.Duration("storage.http_stall_timeout_s", stall_timeout_s, {1, 3600});
    fields.Duration("storage.http_max_url_life_s", max_url_life_s, {1, 366L * 86'400});
  }
};

}  // namespace yundisk::storage
