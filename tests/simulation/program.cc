#include "tests/simulation/program.h"

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
constexpr std::size_t kShownLines = 60;
constexpr std::uint64_t kSeedsForABug = 5000;  // most are found within the first hundred

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void ShowShrunk(PlayWorld play, std::uint64_t seed) {
  const Shrunk shrunk = Shrink(play, seed, kMaxShrinkPlays);
  const std::size_t lines = shrunk.report.trace.size();
  fmt::print("  {} operations are enough (after {} plays): {}\n", shrunk.report.played.size(),
             shrunk.plays, shrunk.report.violation);
  for (std::size_t i = lines - std::min(lines, kShownLines); i < lines; ++i)
    fmt::print("    {}\n", shrunk.report.trace[i]);
}

int PlayOne(PlayWorld play, std::uint64_t seed) {
  const IsolatedReport report = PlayIsolated(play, seed, {}, true);
  for (const std::string& line : report.trace) fmt::print("{}\n", line);
  fmt::print("seed {}: {}\n", seed, report.violation.empty() ? "no violation" : report.violation);
  if (report.violation.empty()) return 0;
  ShowShrunk(play, seed);
  return 1;
}

int PlayMany(const SimulationProgram& program, const ManyWorlds& many) {
  const auto start = std::chrono::steady_clock::now();
  const ManyReport report = PlayManyWorlds(many);
  const double seconds = SecondsSince(start);
  fmt::print("{} seeds from {} in {:.1f} s ({:.0f} a second): {}\n", report.worlds, many.first,
             seconds, static_cast<double>(report.worlds) / seconds, report.sum.Text());
  if (!report.failed_seed) {
    fmt::print("no violation\n");
    return 0;
  }
  fmt::print("seed {}: {}\n", *report.failed_seed, report.sum.violation);
  ShowShrunk(program.play, *report.failed_seed);
  fmt::print("again: {} --seed {}\n", program.name, *report.failed_seed);
  return 1;
}

// True when one of the seeds finds it.
bool FindBug(const std::string& bug, const ManyWorlds& many, bool show) {
  const auto start = std::chrono::steady_clock::now();
  Plant(bug);
  const auto finds = [&](std::uint64_t seed) {
    const IsolatedReport report = PlayIsolated(many.play, seed, {}, false);
    if (report.violation.empty()) return false;
    fmt::print("{}: found by seed {} in {:.2f} s: {}\n", bug, seed, SecondsSince(start),
               report.violation);
    if (show) ShowShrunk(many.play, seed);
    std::fflush(stdout);
    return true;
  };
  const auto known = SeedsThatFind().find(bug);
  if (known != SeedsThatFind().end() && finds(known->second)) return true;
  for (std::uint64_t seed = many.first; seed < many.first + many.count; ++seed)
    if (finds(seed)) return true;
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

int RunSimulation(int argc, char** argv, const SimulationProgram& program) {
  CLI::App app{program.description};
  ManyWorlds many;
  many.play = program.play;
  many.count = program.seeds;
  std::optional<std::uint64_t> seed;
  std::string bug;
  bool every_bug = false;
  std::vector<std::string> programs;
  app.add_option("--first", many.first, "The first seed");
  app.add_option("--seeds", many.count, "How many");
  app.add_option("--seconds", many.seconds, "Plays for that long instead");
  app.add_option("--jobs", many.jobs, "Processes at once");
  app.add_option("--seed", seed, "Plays this one and shows what happens in it");
  if (!PlantedBugs().empty()) {
    app.add_option("--bug", bug, "Switches on a planted bug, which must be found")
        ->check(CLI::IsMember(PlantedBugs()));
    app.add_flag("--every-bug", every_bug, "All of them, one after the other");
    app.add_option("--absent-from", programs, "Looks for them in these programs");
  }
  CLI11_PARSE(app, argc, argv);
  StartLog(program.name, LogLevel::kError);
  if (!programs.empty()) return CheckAbsence(programs);
  if ((every_bug || !bug.empty()) && app.count("--seeds") == 0) many.count = kSeedsForABug;
  if (every_bug) return FindBugs(PlantedBugs(), many);
  if (!bug.empty() && seed) Plant(bug);
  if (seed) return PlayOne(program.play, *seed);
  if (!bug.empty()) return FindBugs({bug}, many);
  return PlayMany(program, many);
}

}  // namespace yundisk::simulation
