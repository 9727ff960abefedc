// What is counted of every request. Immutable; any thread.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "common/metrics/metrics.h"

namespace yundisk::fcgi {

class RequestMetrics {
 public:
  RequestMetrics(metrics::Registry& registry, std::string_view program)
      : by_class_{Count(registry, program, "1xx"), Count(registry, program, "2xx"),
                  Count(registry, program, "3xx"), Count(registry, program, "4xx"),
                  Count(registry, program, "5xx")},
        seconds_(registry.GetHistogram("yundisk_http_request_seconds", {{"program", program}})) {}

  void Observe(int status, std::chrono::nanoseconds duration) const {
    by_class_.at(static_cast<std::size_t>(status / 100 - 1)).Add();
    seconds_.Observe(duration);
  }

 private:
  static metrics::Counter Count(metrics::Registry& registry, std::string_view program,
                                std::string_view status) {
    return registry.GetCounter("yundisk_http_requests_total",
                               {{"program", program}, {"status", status}});
  }

  std::array<metrics::Counter, 5> by_class_;
  metrics::Histogram seconds_;
};

}  // namespace yundisk::fcgi
