#include "storage_core/cli/bench.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "storage_core/cli/progress_bar.h"

namespace yundisk::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// What one connection does, again and again: its `turn` counts from 0.
using Operation = std::function<Result<void>(std::size_t turn)>;

struct WorkerResult {
  std::vector<microseconds> latencies;
  std::uint64_t failures = 0;
  std::optional<Error> first_error;
};

// A failing worker rests, so that a cluster that is away is not flooded.
constexpr std::chrono::milliseconds kRestAfterFailure{100};

WorkerResult Work(const Operation& operation, steady_clock::time_point end) {
  WorkerResult result;
  for (std::size_t turn = 0; steady_clock::now() < end; ++turn) {
    const auto start = steady_clock::now();
    if (auto done = operation(turn); done) {
      result.latencies.push_back(
          std::chrono::duration_cast<microseconds>(steady_clock::now() - start));
      continue;
    } else if (!result.first_error) {
      result.first_error = done.error();
    }
    ++result.failures;
    std::this_thread::sleep_for(kRestAfterFailure);
  }
  return result;
}

// Runs an operation on each connection at the same time.
BenchResult Run(std::string work, const BenchOptions& options,
                const std::function<Operation(std::size_t connection)>& make,
                std::optional<Error>& first_error) {
  std::vector<WorkerResult> results(options.connections);
  const auto start = steady_clock::now();
  {
    std::vector<std::jthread> workers;
    workers.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i)
      workers.emplace_back([&, i] { results[i] = Work(make(i), start + options.duration); });
  }
  BenchResult total{std::move(work)};
  total.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  total.size_bytes = options.size_bytes;
  for (WorkerResult& result : results) {
    total.latencies.insert(total.latencies.end(), result.latencies.begin(), result.latencies.end());
    total.failures += result.failures;
    if (!first_error) first_error = std::move(result.first_error);
  }
  std::ranges::sort(total.latencies);
  return total;
}

Bytes RandomContent(std::uint64_t size_bytes) {
  Bytes content(size_bytes);
  SystemRandom random;
  for (std::size_t i = 0; i < content.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random.Next();
    std::memcpy(content.data() + i, &word, std::min(sizeof word, content.size() - i));
  }
  return content;
}

class Load {
 public:
  Load(client::Cluster& cluster, client::ObjectKey owner, const BenchOptions& options)
      : cluster_(cluster),
        owner_(std::move(owner)),
        options_(options),
        content_(RandomContent(options.size_bytes)),
        ids_(options.connections) {}

  Result<void> Upload(std::size_t connection) {
    TRY(std::string id, cluster_.NewFileId(owner_.application, owner_.user, content_.size()));
    TRY_VOID(cluster_.Upload({owner_.application, owner_.user, id}, content_));
    ids_[connection].push_back(std::move(id));
    return {};
  }

  // Each connection reads what it has uploaded, from the beginning.
  Result<void> Download(std::size_t connection, std::size_t turn) {
    const auto& mine = ids_[connection];
    if (mine.empty()) return Error(Code::kNotFound, "downloading: nothing was uploaded");
    const client::ObjectKey key{owner_.application, owner_.user, mine[turn % mine.size()]};
    std::uint64_t received = 0;
    TRY_VOID(cluster_.Download(key, 0, 0, [&](ByteView piece) -> Result<void> {
      received += piece.size();
      return {};
    }));
    if (received != content_.size())
      return Error::Make(Code::kCorrupt, "downloading {}: {} bytes instead of {}", key.file_id,
                         received, content_.size());
    return {};
  }

  Result<void> DeleteAll() {
    std::optional<Error> first_error;
    for (const auto& mine : ids_)
      for (const std::string& id : mine)
        if (auto done = cluster_.Delete({owner_.application, owner_.user, id});
            !done && !first_error)
          first_error = done.error();
    if (first_error) return *first_error;
    return {};
  }

 private:
  client::Cluster& cluster_;
  client::ObjectKey owner_;
  BenchOptions options_;
  Bytes content_;
  std::vector<std::vector<std::string>> ids_;  // by connection; each touches only its own
};

double Milliseconds(microseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

double BenchResult::OperationsPerSecond() const {
  return seconds > 0 ? static_cast<double>(latencies.size()) / seconds : 0;
}

microseconds BenchResult::Percentile(unsigned percent) const {
  if (latencies.empty()) return microseconds(0);
  const std::size_t rank = (latencies.size() * percent + 99) / 100;
  return latencies[std::clamp<std::size_t>(rank, 1, latencies.size()) - 1];
}

std::string BenchTable(const std::vector<BenchResult>& results) {
  std::vector<std::vector<std::string>> rows{
      {"WORK", "SIZE", "OPS", "OPS/S", "THROUGHPUT", "P50 MS", "P99 MS", "FAILURES"}};
  for (const BenchResult& result : results) {
    const double bytes_per_s =
        result.OperationsPerSecond() * static_cast<double>(result.size_bytes);
    rows.push_back({result.work, HumanBytes(result.size_bytes),
                    std::to_string(result.latencies.size()),
                    fmt::format("{:.0f}", result.OperationsPerSecond()),
                    HumanBytes(static_cast<std::uint64_t>(bytes_per_s)) + "/s",
                    fmt::format("{:.2f}", Milliseconds(result.Percentile(50))),
                    fmt::format("{:.2f}", Milliseconds(result.Percentile(99))),
                    std::to_string(result.failures)});
  }
  return Table(rows);
}

Json::Value ToJson(const std::vector<BenchResult>& results) {
  Json::Value json = Json::arrayValue;
  for (const BenchResult& result : results) {
    Json::Value& to = json.append(Json::objectValue);
    to["work"] = result.work;
    to["size"] = result.size_bytes;
    to["operations"] = result.latencies.size();
    to["operations_per_s"] = result.OperationsPerSecond();
    to["p50_ms"] = Milliseconds(result.Percentile(50));
    to["p99_ms"] = Milliseconds(result.Percentile(99));
    to["failures"] = result.failures;
  }
  return json;
}

Result<void> Bench(client::Cluster& cluster, const client::ObjectKey& owner,
                   const BenchOptions& options, const Output& output) {
  Load load(cluster, owner, options);
  std::optional<Error> first_error;
  std::vector<BenchResult> results;
  results.push_back(Run(
      "upload", options,
      [&](std::size_t connection) {
        return [&, connection](std::size_t) { return load.Upload(connection); };
      },
      first_error));
  results.push_back(Run(
      "download", options,
      [&](std::size_t connection) {
        return [&, connection](std::size_t turn) { return load.Download(connection, turn); };
      },
      first_error));
  if (output.json)
    PrintJson(output, ToJson(results));
  else
    output.out << BenchTable(results);
  TRY_VOID(load.DeleteAll());
  if (first_error) return *first_error;
  return {};
}

}  // namespace yundisk::cli
