#include "common/metrics/prometheus.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace yundisk::metrics {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

struct Series {
  std::string_view name;
  std::string_view labels;  // without braces
  const Slot* slot;
};

Series Parse(const Slot& slot) {
  const std::string_view text(slot.series.data(), strnlen(slot.series.data(), slot.series.size()));
  const std::size_t brace = text.find('{');
  if (brace == std::string_view::npos) return {text, {}, &slot};
  return {text.substr(0, brace), text.substr(brace + 1, text.size() - brace - 2), &slot};
}

std::string_view TypeName(Kind kind) {
  switch (kind) {
    case Kind::kCounter: return "counter";
    case Kind::kGauge: return "gauge";
    case Kind::kHistogram: return "histogram";
  }
  return "untyped";
}

using Output = std::back_insert_iterator<std::string>;

void AppendHistogram(Output out, const Series& series) {
  const std::string_view comma = series.labels.empty() ? "" : ",";
  std::uint64_t count = 0;
  double bound_s = std::chrono::duration<double>(kFirstBucket).count();
  for (std::size_t i = 0; i <= kBuckets; ++i, bound_s *= 2) {
    count += series.slot->buckets[i].load(std::memory_order_relaxed);
    const std::string bound = i == kBuckets ? "+Inf" : fmt::format("{:.9g}", bound_s);
    fmt::format_to(out, "{}_bucket{{{}{}le=\"{}\"}} {}\n", series.name, series.labels, comma, bound,
                   count);
  }
  const auto sum_ns = static_cast<double>(series.slot->sum_ns.load(std::memory_order_relaxed));
  const std::string braced = series.labels.empty() ? "" : fmt::format("{{{}}}", series.labels);
  fmt::format_to(out, "{}_sum{} {:.9g}\n{}_count{} {}\n", series.name, braced,
                 sum_ns / kNanosecondsPerSecond, series.name, braced, count);
}

void AppendNumber(Output out, const Series& series) {
  const std::uint64_t value = series.slot->value.load(std::memory_order_relaxed);
  const std::string braced = series.labels.empty() ? "" : fmt::format("{{{}}}", series.labels);
  if (series.slot->kind == Kind::kGauge)
    fmt::format_to(out, "{}{} {}\n", series.name, braced, static_cast<std::int64_t>(value));
  else
    fmt::format_to(out, "{}{} {}\n", series.name, braced, value);
}

}  // namespace

std::string FormatPrometheus(std::span<const Slot> slots) {
  std::vector<Series> all;
  for (const Slot& slot : slots)
    if (slot.state.load(std::memory_order_acquire) == kReady) all.push_back(Parse(slot));
  std::ranges::sort(all, {}, [](const Series& s) { return std::pair(s.name, s.labels); });
  std::string text;
  std::string_view last_name;
  for (const Series& series : all) {
    if (series.name != last_name)
      fmt::format_to(std::back_inserter(text), "# TYPE {} {}\n", series.name,
                     TypeName(series.slot->kind));
    last_name = series.name;
    if (series.slot->kind == Kind::kHistogram)
      AppendHistogram(std::back_inserter(text), series);
    else
      AppendNumber(std::back_inserter(text), series);
  }
  return text;
}

}  // namespace yundisk::metrics
