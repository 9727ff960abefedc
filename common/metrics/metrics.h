// Counters, gauges and histograms in a memory-mapped file that all programs of a machine share: any
// of them can tell the numbers of all, and a program that dies leaves its numbers behind.
//
//   metrics::Counter uploads = registry.GetCounter("yundisk_uploads_total", {{"program",
//   "upload"}}); uploads.Add(1);
//
// Registering takes a short search; keep the handle. Handles are small values; adding is one atomic
// instruction. Everything is thread-safe and process-safe, and nothing blocks.
//
// The file: a header of kSlotBytes, then kSlots slots of kSlotBytes, each one series. A series is
// found by hashing its name and labels (open addressing). A slot is free, being claimed, or ready;
// a process that dies while claiming loses that one slot. The file is made anew when its layout
// differs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace yundisk::metrics {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

inline constexpr std::size_t kSlotBytes = 512;
inline constexpr std::size_t kSlots = 2048;
inline constexpr std::size_t kBuckets = 20;
// Upper bounds 50 us x 2^i, the last about 26 s; beyond lies +Inf.
inline constexpr std::chrono::microseconds kFirstBucket{50};

struct Slot;

class Counter {
 public:
  void Add(std::uint64_t count = 1) const;

 private:
  friend class Registry;
  explicit Counter(Slot& slot) : slot_(&slot) {}
  Slot* slot_;
};

class Gauge {
 public:
  void Set(std::int64_t value) const;
  void Add(std::int64_t difference) const;

 private:
  friend class Registry;
  explicit Gauge(Slot& slot) : slot_(&slot) {}
  Slot* slot_;
};

class Histogram {
 public:
  void Observe(std::chrono::nanoseconds duration) const;

 private:
  friend class Registry;
  explicit Histogram(Slot& slot) : slot_(&slot) {}
  Slot* slot_;
};

class Registry {
 public:
  // An empty path: memory of this process only.
  static Result<Registry> Open(const std::string& path);
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();

  // The same name and labels give the same series, in every process. When the segment is full, or a
  // name and its labels are too long, the numbers go nowhere and a warning is logged.
  Counter GetCounter(std::string_view name, const Labels& labels = {});
  Gauge GetGauge(std::string_view name, const Labels& labels = {});
  Histogram GetHistogram(std::string_view name, const Labels& labels = {});

  // Every series in Prometheus' text format 0.0.4, sorted by name.
  std::string PrometheusText() const;

 private:
  struct Segment;
  explicit Registry(std::unique_ptr<Segment> segment);
  std::unique_ptr<Segment> segment_;
};

}  // namespace yundisk::metrics
