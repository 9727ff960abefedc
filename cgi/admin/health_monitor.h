// Looks at the parts the disk stands on, once a second, on a thread of its own, so that GET
// /healthz never waits for a part that hangs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace yundisk::admin {

struct Part {
  std::string name;
  // Without an essential part the service is down; without another one it is degraded.
  bool essential;
  // Runs on the monitor's thread; has its own deadline.
  std::function<Result<void>()> probe;
};

// One look at everything. Immutable.
struct Health {
  bool up = false;  // 200 or 503
  std::shared_ptr<const std::string>
      json;  // {"status": "ok|degraded|down", "parts": {"name": "ok|failing"}}
};

// Thread-safe.
class HealthMonitor {
 public:
  static constexpr std::chrono::seconds kInterval{1};
  // A look older than this says nothing any more: the service counts as down.
  static constexpr std::chrono::seconds kMaxAge{30};

  // Takes the first look before it returns. `clock` is borrowed.
  HealthMonitor(std::vector<Part> parts, const Clock& clock);
  ~HealthMonitor();

  Health Now() const;

 private:
  void Run();
  void Look();

  std::vector<Part> parts_;
  std::vector<bool> failing_;  // as logged last; belongs to the thread that looks
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards the three below
  std::condition_variable wake_;
  bool stopping_ = false;
  Health health_;
  SteadyTime looked_at_;
  std::thread thread_;
};

}  // namespace yundisk::admin
