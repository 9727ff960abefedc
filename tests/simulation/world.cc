#include "tests/simulation/world.h"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace yundisk::simulation {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Count::kEnd)> kNames{
    "operations",
    "uploads acknowledged",
    "ids drawn",
    "lives",
    "compactions",
    "kills of storages",
    "power cuts",
    "kills of trackers and ID servers",
    "lost disks",
    "lost indexes",
    "full disks",
    "failed syncs",
    "failed writes",
    "rotten objects",
    "clock jumps",
    "partitions",
    "broken connections",
    "slow links",
    "lost packets",
    "repeated packets",
    "absences of the database",
    "lost answers of the database",
    "lost rows of members",
    "storages started twice",
};

}  // namespace

void WorldReport::Add(const WorldReport& other) {
  simulated += other.simulated;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
}

std::string WorldReport::Text() const {
  constexpr auto kFirstFault = static_cast<std::size_t>(Count::kKills);
  std::uint64_t faults = 0;
  std::string kinds;
  const std::chrono::duration<double, std::ratio<60>> minutes = simulated;
  std::string text = minutes.count() < 60
                         ? fmt::format("{:.1f} simulated minutes", minutes.count())
                         : fmt::format("{:.1f} simulated hours", minutes.count() / 60);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (i < kFirstFault) {
      fmt::format_to(std::back_inserter(text), ", {} {}", counts[i], kNames[i]);
      continue;
    }
    faults += counts[i];
    fmt::format_to(std::back_inserter(kinds), "{}{} {}", kinds.empty() ? "" : ", ", counts[i],
                   kNames[i]);
  }
  return fmt::format("{}, {} faults ({})", text, faults, kinds);
}

SeededRandom World::DiceOf(const OperationId& id) const {
  const std::uint64_t whose = std::uint64_t{id.life} << 32U | id.number;
  return SeededRandom(Mixed(Mixed(options_.seed) + id.actor) ^ whose);
}

bool World::Begin(const OperationId& id) {
  if (options_.left_out.contains(id)) return false;
  if (options_.on_operation) options_.on_operation(id);
  return true;
}

void World::Violation(const std::string& what) {
  if (!report_.violation.empty()) return;
  report_.violation = what;
  Trace("VIOLATION: " + what);
}

void World::Trace(const std::string& what) const {
  if (!tracing()) return;
  const auto elapsed = clock_.Steady().time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
  options_.on_trace_line(fmt::format("{:>8.2f} ms  {}", static_cast<double>(us) / 1000, what));
}

}  // namespace yundisk::simulation
