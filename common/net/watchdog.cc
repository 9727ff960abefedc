#include "common/net/watchdog.h"

#include <utility>

#include "common/base/check.h"

namespace yundisk::net {

Watched::Watched(Watchdog& watchdog) : watchdog_(&watchdog), index_(watchdog.watched_.size()) {
  watchdog.watched_.push_back(this);
}

Watched::~Watched() {
  Watched* const last = watchdog_->watched_.back();
  watchdog_->watched_[index_] = last;
  last->index_ = index_;
  watchdog_->watched_.pop_back();
}

Watchdog::Watchdog(boost::asio::io_context& context) : timer_(context) {}

void Watchdog::Start() {
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    Sweep();
    Start();
  });
}

void Watchdog::Sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (Watched* watched : watched_) {
    if (watched->deadline_ > now) continue;
    watched->deadline_ = kNever;
    watched->OnDeadline();
  }
}

}  // namespace yundisk::net
