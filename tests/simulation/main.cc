// Plays worlds of one storage from seeds and stops at the first violation, which it then makes as
// short as it can.
//
//   storage_simulation [--seeds COUNT | --seconds N] [--first SEED] [--jobs N]
//   storage_simulation --seed SEED                   one world, with its trace
//   storage_simulation_planted --bug NAME            plays until the planted bug is found
//   storage_simulation_planted --every-bug           the same for every one
//   storage_simulation_planted --absent-from PROGRAM...   none of them is in these programs
//
// Exit code 1: a violation, or a planted bug that was not found.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "tests/simulation/isolated.h"
#include "tests/simulation/many_worlds.h"
#include "tests/simulation/planted.h"
#include "tests/simulation/shrink.h"

namespace yundisk::simulation {
namespace {

constexpr std::size_t kMaxShrinkPlays = 600;
constexpr std::size_t kShownLines = 40;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void ShowShrunk(std::uint64_t seed) {
  const Shrunk shrunk = Shrink(seed, kMaxShrinkPlays);
  const std::size_t lines = shrunk.report.trace.size();
  fmt::print("  {} operations are enough (after {} plays): {}\n", shrunk.report.played.size(),
             shrunk.plays, shrunk.report.violation);
  for (std::size_t i = lines - std::min(lines, kShownLines); i < lines; ++i)
    fmt::print("    {}\n", shrunk.report.trace[i]);
}

int PlayOne(std::uint64_t seed) {
  const IsolatedReport report = PlayIsolated(seed, {}, true);
  for (const std::string& line : report.trace) fmt::print("{}\n", line);
  fmt::print("seed {}: {}\n", seed, report.violation.empty() ? "no violation" : report.violation);
  if (report.violation.empty()) return 0;
  ShowShrunk(seed);
  return 1;
}

int PlayMany(const ManyWorlds& many) {
  const auto start = std::chrono::steady_clock::now();
  const ManyReport report = PlayManyWorlds(many);
  const WorldReport& sum = report.sum;
  const double seconds = SecondsSince(start);
  fmt::print(
      "{} seeds from {} in {:.1f} s ({:.0f} a second): {} lives, {} operations, {} compactions, "
      "{:.1f} simulated minutes, {} faults ({} kills, {} power cuts, {} lost indexes, {} uploads "
      "to "
      "a "
      "full disk, {} failed syncs, {} failed writes, {} rotten objects, {} clock jumps)\n",
      report.worlds, many.first, seconds, static_cast<double>(report.worlds) / seconds, sum.lives,
      sum.operations, sum.compactions, static_cast<double>(sum.simulated_ms) / 6e4, sum.faults(),
      sum.kills, sum.power_cuts, sum.lost_indexes, sum.full_disks, sum.failed_syncs,
      sum.failed_writes, sum.rotten_objects, sum.clock_jumps);
  if (!report.failed_seed) {
    fmt::print("no violation\n");
    return 0;
  }
  fmt::print("seed {}: {}\n", *report.failed_seed, sum.violation);
  ShowShrunk(*report.failed_seed);
  fmt::print("again: storage_simulation --seed {}\n", *report.failed_seed);
  return 1;
}

// True when one of the seeds finds it.
bool FindBug(const std::string& bug, const ManyWorlds& many, bool show) {
  const auto start = std::chrono::steady_clock::now();
  Plant(bug);
  for (std::uint64_t seed = many.first; seed < many.first + many.count; ++seed) {
    const IsolatedReport report = PlayIsolated(seed, {}, false);
    if (report.violation.empty()) continue;
    fmt::print("{}: found by seed {} in {:.2f} s: {}\n", bug, seed, SecondsSince(start),
               report.violation);
    if (show) ShowShrunk(seed);
    std::fflush(stdout);
    return true;
  }
  fmt::print("{}: NOT FOUND by {} seeds in {:.1f} s\n", bug, many.count, SecondsSince(start));
  return false;
}

int FindBugs(const std::vector<std::string>& bugs, const ManyWorlds& many) {
  std::size_t found = 0;
  for (const std::string& bug : bugs) found += FindBug(bug, many, bugs.size() == 1) ? 1 : 0;
  fmt::print("{} of {} planted bugs found\n", found, bugs.size());
  return found == bugs.size() ? 0 : 1;
}

// True when no bug's name stands in the program.
bool HasNone(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.empty()) fmt::print("{} cannot be read\n", program);
  std::size_t present = 0;
  for (const std::string& bug : PlantedBugs()) present += bytes.find(bug) != std::string::npos;
  fmt::print("{}: {} of {} planted bugs\n", program, present, PlantedBugs().size());
  return !bytes.empty() && present == 0;
}

int CheckAbsence(const std::vector<std::string>& programs) {
  // To see that they could be found.
  bool fine = !HasNone("/proc/self/exe");
  for (const std::string& program : programs) fine = HasNone(program) && fine;
  return fine ? 0 : 1;
}

}  // namespace
}  // namespace yundisk::simulation

int main(int argc, char** argv) {
  namespace simulation = yundisk::simulation;
  CLI::App app{"Plays one storage, its clients and its crashes from seeds."};
  simulation::ManyWorlds many;
  std::optional<std::uint64_t> seed;
  std::string bug;
  bool every_bug = false;
  std::vector<std::string> programs;
  app.add_option("--first", many.first, "The first seed");
  app.add_option("--seeds", many.count, "How many");
  app.add_option("--seconds", many.seconds, "Plays for that long instead");
  app.add_option("--jobs", many.jobs, "Processes at once");
  app.add_option("--seed", seed, "Plays this one and shows what happens in it");
  if (!simulation::PlantedBugs().empty()) {
    app.add_option("--bug", bug, "Switches on a planted bug, which must be found")
        ->check(CLI::IsMember(simulation::PlantedBugs()));
    app.add_flag("--every-bug", every_bug, "All of them, one after the other");
    app.add_option("--absent-from", programs, "Looks for them in these programs");
  }
  CLI11_PARSE(app, argc, argv);
  yundisk::StartLog("storage_simulation", yundisk::LogLevel::kError);
  if (!programs.empty()) return simulation::CheckAbsence(programs);
  if (every_bug) return simulation::FindBugs(simulation::PlantedBugs(), many);
  if (!bug.empty() && seed) simulation::Plant(bug);
  if (seed) return simulation::PlayOne(*seed);
  if (!bug.empty()) return simulation::FindBugs({bug}, many);
  return simulation::PlayMany(many);
}
