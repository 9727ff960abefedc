// `yundisk-cli url`: signed addresses of an object at the HTTP ports of its group's storages.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "storage_core/cli/commands.h"
#include "storage_core/client/cluster.h"
#include "storage_core/client/object_url.h"

namespace yundisk::cli {

struct UrlWish {
  std::string name;         // what the file is called; empty: nothing
  std::string life = "1h";  // "90s", "15m", "1h", "7d"
  std::string media_type;   // empty: by the name
  bool attachment = false;
  bool head_only = false;
};

// "90s", "15m", "1h", "7d"; a bare number is seconds. At least one second. kBadRequest.
Result<std::chrono::seconds> ParseLife(const std::string& text);

// A line for each storage of the object's group that serves HTTP, best first; kUnavailable when
// none does. Whether the object exists is not asked. Needs the cluster's secret.
Result<void> Urls(client::Cluster& cluster, const client::Options& options,
                  const client::ObjectKey& key, const UrlWish& wish, const Clock& clock,
                  const Output& output);

}  // namespace yundisk::cli
