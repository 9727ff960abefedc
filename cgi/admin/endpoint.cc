#include "cgi/admin/endpoint.h"

namespace yundisk::admin {
namespace {

fcgi::Response AnswerHealth(const HealthMonitor& monitor) {
  constexpr int kOk = 200;
  constexpr int kServiceUnavailable = 503;
  Health health = monitor.Now();
  fcgi::Response response;
  response.status = health.up ? kOk : kServiceUnavailable;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (!health.up) response.Set("Retry-After", "1");
  response.body = std::move(health.json);
  return response;
}

}  // namespace

fcgi::Router MakeRouter(const HealthMonitor& monitor, const metrics::Registry& metrics) {
  fcgi::Router router;
  router.Add("GET", "/healthz", [&monitor](fcgi::Request&) { return AnswerHealth(monitor); });
  router.Add("GET", "/metrics", [&metrics](fcgi::Request&) {
    return fcgi::Text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.PrometheusText());
  });
  return router;
}

}  // namespace yundisk::admin
