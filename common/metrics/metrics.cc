#include "common/metrics/metrics.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <span>
#include <thread>

#include "common/base/log.h"
#include "common/base/shared_segment.h"
#include "common/metrics/prometheus.h"
#include "common/metrics/slot.h"

namespace yundisk::metrics {
namespace {

constexpr std::uint64_t kLayout = 0x79756e'6d657431;  // "yunmet1"
// A claimant writes a few hundred bytes; one that takes longer has died.
constexpr int kClaimWaits = 100;
constexpr std::chrono::microseconds kClaimWait{100};

// FNV-1a: the same in every process, unlike std::hash.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

std::string SeriesName(std::string_view name, const Labels& labels) {
  std::string series(name);
  char separator = '{';
  for (const auto& [label, value] : labels) {
    series += separator;
    series += label;
    series += "=\"";
    for (const char c : value) {
      if (c == '\\' || c == '"') series += '\\';
      series += c == '\n' ? ' ' : c;
    }
    series += '"';
    separator = ',';
  }
  if (!labels.empty()) series += '}';
  return series;
}

void WaitForClaimant(const Slot& slot) {
  for (int i = 0; i < kClaimWaits && slot.state.load(std::memory_order_acquire) == kClaimed; ++i)
    std::this_thread::sleep_for(kClaimWait);
}

bool Claim(Slot& slot, const std::string& series, Kind kind) {
  std::uint32_t expected = kFree;
  if (!slot.state.compare_exchange_strong(expected, kClaimed, std::memory_order_acq_rel))
    return false;
  slot.kind = kind;
  std::ranges::copy(series, slot.series.begin());
  slot.state.store(kReady, std::memory_order_release);
  return true;
}

std::string_view SeriesOf(const Slot& slot) {
  return {slot.series.data(), strnlen(slot.series.data(), slot.series.size())};
}

// Powers of two above the first bound, found without a loop.
std::size_t BucketFor(std::chrono::nanoseconds duration) {
  const auto first = std::chrono::nanoseconds(kFirstBucket).count();
  if (duration.count() <= first) return 0;
  const auto whole = static_cast<std::uint64_t>((duration.count() - 1) / first);
  return std::min(static_cast<std::size_t>(std::bit_width(whole)), kBuckets);
}

}  // namespace

struct Registry::Segment {
  explicit Segment(SharedSegment given) : memory(std::move(given)) {}

  SharedSegment memory;
  Slot nowhere{};  // takes what finds no place

  std::span<Slot> slots() const { return {reinterpret_cast<Slot*>(memory.data()), kSlots}; }

  Slot& Find(std::string_view name, const Labels& labels, Kind kind);
};

Slot& Registry::Segment::Find(std::string_view name, const Labels& labels, Kind kind) {
  const std::string series = SeriesName(name, labels);
  if (series.size() > kSeriesBytes) {
    LogWarning("metrics: the series {} is too long", series);
    return nowhere;
  }
  const std::size_t start = Hash(series) % kSlots;
  for (std::size_t i = 0; i < kSlots; ++i) {
    Slot& slot = slots()[(start + i) % kSlots];
    if (Claim(slot, series, kind)) return slot;
    WaitForClaimant(slot);
    if (slot.state.load(std::memory_order_acquire) == kReady && slot.kind == kind &&
        SeriesOf(slot) == series)
      return slot;
  }
  LogWarning("metrics: no room for the series {}", series);
  return nowhere;
}

void Counter::Add(std::uint64_t count) const {
  slot_->value.fetch_add(count, std::memory_order_relaxed);
}

void Gauge::Set(std::int64_t value) const {
  slot_->value.store(static_cast<std::uint64_t>(value), std::memory_order_relaxed);
}

void Gauge::Add(std::int64_t difference) const {
  slot_->value.fetch_add(static_cast<std::uint64_t>(difference), std::memory_order_relaxed);
}

void Histogram::Observe(std::chrono::nanoseconds duration) const {
  const std::chrono::nanoseconds positive = std::max(duration, std::chrono::nanoseconds(0));
  slot_->buckets[BucketFor(positive)].fetch_add(1, std::memory_order_relaxed);
  slot_->sum_ns.fetch_add(static_cast<std::uint64_t>(positive.count()), std::memory_order_relaxed);
}

Result<Registry> Registry::Open(const std::string& path) {
  TRY(SharedSegment memory, SharedSegment::Open(path, kLayout, kSlots * kSlotBytes));
  return Registry(std::make_unique<Segment>(std::move(memory)));
}

Registry::Registry(std::unique_ptr<Segment> segment) : segment_(std::move(segment)) {}
Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;
Registry::~Registry() = default;

Counter Registry::GetCounter(std::string_view name, const Labels& labels) {
  return Counter(segment_->Find(name, labels, Kind::kCounter));
}

Gauge Registry::GetGauge(std::string_view name, const Labels& labels) {
  return Gauge(segment_->Find(name, labels, Kind::kGauge));
}

Histogram Registry::GetHistogram(std::string_view name, const Labels& labels) {
  return Histogram(segment_->Find(name, labels, Kind::kHistogram));
}

std::string Registry::PrometheusText() const { return FormatPrometheus(segment_->slots()); }

}  // namespace yundisk::metrics
