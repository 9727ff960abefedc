// Upkeep: what the engine needs done beside serving requests: sweep, free space, index flushes,
// compaction, scrub.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "common/base/clock.h"
#include "common/net/stream.h"
#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/one_shot.h"

namespace yundisk::storage {

struct UpkeepOptions {
  std::uint64_t scrub_bytes_per_s;
  std::chrono::seconds index_flush_interval;
};

// Bound to one loop, but for Stop.
class Upkeep {
 public:
  // All outlive this.
  Upkeep(LocalEngine& engine, net::Timer& timer, const Clock& clock, UpkeepOptions options)
      : engine_(engine), timer_(timer), clock_(clock), options_(options) {}

  // Until Stop.
  boost::asio::awaitable<void> Run();
  // Makes Run end and waits for that. From another thread, once, after Run was started.
  void Stop();

 private:
  boost::asio::awaitable<void> DoRound();

  LocalEngine& engine_;
  net::Timer& timer_;
  const Clock& clock_;
  UpkeepOptions options_;
  SteadyTime index_flushed_{};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace yundisk::storage
