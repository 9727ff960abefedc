// GET /healthz and GET /metrics.
#pragma once

#include "cgi/admin/health_monitor.h"
#include "common/fastcgi/router.h"
#include "common/metrics/metrics.h"

namespace yundisk::admin {

// Borrows both for as long as the router is used.
fcgi::Router MakeRouter(const HealthMonitor& monitor, const metrics::Registry& metrics);

}  // namespace yundisk::admin
