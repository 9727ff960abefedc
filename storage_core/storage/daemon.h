// storaged put together: disk, index, engine, service, upkeep, and its place among the trackers.
#pragma once

#include <functional>
#include <memory>

#include "common/base/result.h"
#include "storage_core/storage/config.h"

namespace yundisk::storage {

// Serves until `wait` returns, then ends in order: no new requests, those in flight, upkeep, the
// index. Blocks. Runs with no tracker in reach, too.
Result<void> RunDaemon(const Config& config, const std::function<void()>& wait);

}  // namespace yundisk::storage
