// What runs on one accepted connection; a Listener makes, tells and ends it.
#pragma once

#include "common/net/task.h"

namespace yundisk::net {

// Bound to the loop of its connection.
class Session {
 public:
  virtual ~Session() = default;
  // Serves until either side ends it; the stream is closed when it returns.
  virtual Task<void> Run() = 0;
  // Lets the request in flight finish and then ends Run; at once when there is none.
  virtual void Drain() = 0;
  // Ends Run as soon as whatever it waits for lets it.
  virtual void Abort() = 0;
};

}  // namespace yundisk::net
