// One timer a loop instead of one a connection: every 100 ms it looks which of the watched
// deadlines have passed. Setting a deadline is then one store, cheap enough for every read.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "common/base/clock.h"
#include "common/net/stream.h"

namespace yundisk::net {

class Watchdog;

// What has a deadline. Watched from construction to destruction, both on the watchdog's loop.
class Watched {
 public:
  explicit Watched(Watchdog& watchdog);
  virtual ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 protected:
  SteadyTime deadline_ = kNever;

 private:
  friend class Watchdog;
  // The deadline has passed; it is lifted before the call. Must not destroy any Watched.
  virtual void OnDeadline() = 0;

  Watchdog* watchdog_;
  std::size_t index_;  // among the watched
};

class Watchdog {
 public:
  static constexpr std::chrono::milliseconds kInterval{100};

  // Called by the loop every kInterval.
  void Sweep(SteadyTime now);

 private:
  friend class Watched;
  std::vector<Watched*> watched_;
};

}  // namespace yundisk::net
