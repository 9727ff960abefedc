// A simple load: uploads of one size over some connections for a while, then downloads of what was
// uploaded, then deletes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "storage_core/cli/output.h"
#include "storage_core/client/cluster.h"

namespace yundisk::cli {

struct BenchOptions {
  std::uint64_t size_bytes = 4096;
  std::size_t connections = 16;
  std::chrono::seconds duration{5};  // of the uploads, and of the downloads
};

// One kind of work.
struct BenchResult {
  std::string work;
  double seconds = 0;
  std::uint64_t size_bytes = 0;                           // of each operation
  std::vector<std::chrono::microseconds> latencies = {};  // sorted; of those that succeeded
  std::uint64_t failures = 0;

  double OperationsPerSecond() const;
  // The latency that `percent` of the operations do not exceed; 0 when there were none.
  std::chrono::microseconds Percentile(unsigned percent) const;
};

std::string BenchTable(const std::vector<BenchResult>& results);
Json::Value ToJson(const std::vector<BenchResult>& results);

// Objects belong to `owner` (its file id is not looked at). Fails with the first error of any
// operation, after the results are printed and everything uploaded is deleted.
Result<void> Bench(client::Cluster& cluster, const client::ObjectKey& owner,
                   const BenchOptions& options, const Output& output);

}  // namespace yundisk::cli
