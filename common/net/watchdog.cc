#include "common/net/watchdog.h"

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

void Watchdog::Sweep(SteadyTime now) {
  for (Watched* watched : watched_) {
    if (watched->deadline_ > now) continue;
    watched->deadline_ = kNever;
    watched->OnDeadline();
  }
}

}  // namespace yundisk::net
