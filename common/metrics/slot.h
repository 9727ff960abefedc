// The layout of one series in the shared segment. Internal to common/metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "common/metrics/metrics.h"

namespace yundisk::metrics {

enum class Kind : std::uint32_t { kCounter = 1, kGauge, kHistogram };

enum SlotState : std::uint32_t { kFree = 0, kClaimed, kReady };

inline constexpr std::size_t kSeriesBytes = 320;

struct Slot {
  std::atomic<std::uint32_t> state;
  Kind kind;                                                     // written once, before kReady
  std::atomic<std::uint64_t> value;                              // a gauge's in two's complement
  std::atomic<std::uint64_t> sum_ns;                             // histograms
  std::array<std::atomic<std::uint64_t>, kBuckets + 1> buckets;  // not cumulative; the last is +Inf
  std::array<char, kSeriesBytes> series;  // name{label="value",...}, NUL-padded
};
static_assert(sizeof(Slot) == kSlotBytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace yundisk::metrics
