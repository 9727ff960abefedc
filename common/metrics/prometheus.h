// Series as Prometheus' text format 0.0.4. Internal to common/metrics.
#pragma once

#include <span>
#include <string>

#include "common/metrics/slot.h"

namespace yundisk::metrics {

// The ready ones among `slots`, sorted by name, with one TYPE line a name.
std::string FormatPrometheus(std::span<const Slot> slots);

}  // namespace yundisk::metrics
