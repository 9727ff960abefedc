#include "cgi/admin/health_monitor.h"

#include <utility>

#include <json/value.h>

#include "common/base/log.h"
#include "common/fastcgi/response.h"

namespace yundisk::admin {
namespace {

Health Describe(const std::vector<Part>& parts, const std::vector<bool>& failing) {
  Health health{true, nullptr};
  bool whole = true;
  Json::Value json;
  json["parts"] = Json::objectValue;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    json["parts"][parts[i].name] = failing[i] ? "failing" : "ok";
    whole = whole && !failing[i];
    health.up = health.up && !(failing[i] && parts[i].essential);
  }
  json["status"] = whole ? "ok" : health.up ? "degraded" : "down";
  health.json = std::make_shared<const std::string>(fcgi::JsonText(json));
  return health;
}

}  // namespace

HealthMonitor::HealthMonitor(std::vector<Part> parts, const Clock& clock)
    : parts_(std::move(parts)), failing_(parts_.size(), false), clock_(clock) {
  Look();
  thread_ = std::thread([this] { Run(); });
}

HealthMonitor::~HealthMonitor() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Health HealthMonitor::Now() const {
  const std::scoped_lock lock(mutex_);
  if (clock_.Steady() - looked_at_ <= kMaxAge) return health_;
  return Health{false, std::make_shared<const std::string>(R"({"parts":{},"status":"down"})")};
}

void HealthMonitor::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kInterval, [this] { return stopping_; })) {
    lock.unlock();
    Look();
    lock.lock();
  }
}

void HealthMonitor::Look() {
  std::vector<bool> failing;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto result = parts_[i].probe();
    failing.push_back(!result.ok());
    if (failing[i] == failing_[i]) continue;
    if (result)
      LogInfo("health: {} is back", parts_[i].name);
    else
      LogWarning("health: {} is failing: {}", parts_[i].name, result.error().message());
  }
  failing_ = std::move(failing);
  Health health = Describe(parts_, failing_);
  const std::scoped_lock lock(mutex_);
  health_ = std::move(health);
  looked_at_ = clock_.Steady();
}

}  // namespace yundisk::admin
