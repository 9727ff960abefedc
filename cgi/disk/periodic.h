// Runs a function in a thread of its own, at once and then every interval, until it is destroyed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <thread>

#include "common/base/guarded.h"

namespace yundisk::disk {

class Periodic {
 public:
  Periodic(std::chrono::seconds interval, std::function<void()> work);
  // Waits for a run under way.
  ~Periodic();

 private:
  void Run();

  const std::chrono::seconds interval_;
  const std::function<void()> work_;
  Guarded<bool> stopping_{false};
  std::condition_variable stop_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace yundisk::disk
