// What all simulated worlds share: they are played from a seed, every operation in them has dice of
// its own, so that one can be left out and the others still do what they did (shrink.h), and they
// count what they went through.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "common/base/result.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

// One thing that a client or the upkeep does, or that befalls a machine.
struct OperationId {
  std::uint32_t life = 0;
  std::uint32_t actor = 0;
  std::uint32_t number = 0;
  auto operator<=>(const OperationId&) const = default;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  std::set<OperationId> left_out;
  std::function<void(OperationId)> on_operation;          // before each that is not left out
  std::function<void(const std::string&)> on_trace_line;  // what happened, one line each
};

// What a world went through, to see that it went through everything.
enum class Count : std::uint8_t {
  kOperations,
  kAcknowledged,
  kIds,
  kLives,
  kCompactions,
  kKills,  // the first of the faults
  kPowerCuts,
  kDaemonKills,
  kLostDisks,
  kLostIndexes,
  kFullDisks,
  kFailedSyncs,
  kFailedWrites,
  kRot,
  kClockJumps,
  kPartitions,
  kResets,
  kSlowLinks,
  kLostPackets,
  kRepeatedPackets,
  kDatabaseAway,
  kLostAnswers,
  kLostRows,
  kTwins,
  kEnd,
};

struct WorldReport {
  std::string violation;  // empty: all was as it should be
  std::chrono::nanoseconds simulated{0};
  std::array<std::uint64_t, static_cast<std::size_t>(Count::kEnd)> counts{};

  void Add(const WorldReport& other);
  std::uint64_t Of(Count count) const { return counts[static_cast<std::size_t>(count)]; }
  // "12.3 simulated hours, 40 operations, 17 faults (9 kills, 8 power cuts)": what there was.
  std::string Text() const;
};

using PlayWorld = WorldReport (*)(const WorldOptions& options);

class World {
 protected:
  explicit World(WorldOptions options) : options_(std::move(options)), random_(options_.seed) {}

  // Dice that only depend on the seed and on whose they are.
  SeededRandom DiceOf(const OperationId& id) const;
  // False when the operation is left out.
  bool Begin(const OperationId& id);
  void Happened(Count count, std::uint64_t times = 1) {
    report_.counts[static_cast<std::size_t>(count)] += times;
  }
  void Violation(const std::string& what);
  bool tracing() const { return options_.on_trace_line != nullptr; }
  void Trace(const std::string& what) const;

  WorldOptions options_;
  VirtualClock clock_;
  SeededRandom random_;  // of the machines: how long things take, what a power cut leaves
  WorldReport report_;
};

}  // namespace yundisk::simulation
