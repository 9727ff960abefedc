// Plays groups of storages from seeds and stops at the first violation.
//
//   cluster_simulation [--seeds COUNT] [--first SEED] [--bug NAME]
//
// With a planted bug it succeeds when some seed finds it.
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "tests/simulation/cluster_world.h"

namespace yundisk::simulation {
namespace {

const std::map<std::string, GroupBug> kBugs{
    {"none", GroupBug::kNone},
    {"acknowledge-alone", GroupBug::kAcknowledgeAlone},
    {"forget-tombstones", GroupBug::kForgetTombstones},
    {"skip-changes", GroupBug::kSkipChanges},
    {"always-in-step", GroupBug::kAlwaysInStep},
    {"ignore-damage", GroupBug::kIgnoreDamage},
};

// The exit code.
int Run(std::uint64_t first, std::uint64_t count, const std::string& bug) {
  const auto start = std::chrono::steady_clock::now();
  ClusterReport sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const ClusterReport report = ClusterWorld(seed, kBugs.at(bug)).Play();
    sum.operations += report.operations;
    sum.acknowledged += report.acknowledged;
    sum.faults += report.faults;
    sum.simulated += report.simulated;
    if (report.violation.empty()) continue;
    fmt::print("seed {}: {}\n", seed, report.violation);
    return bug == "none" ? 1 : 0;
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  const auto hours = std::chrono::duration<double, std::ratio<3600>>(sum.simulated).count();
  fmt::print(
      "{} seeds from {}: {:.1f} hours, {} faults, {} operations, {} uploads acknowledged in {:.1f} "
      "s: no violation\n",
      count, first, hours, sum.faults, sum.operations, sum.acknowledged, passed.count());
  return bug == "none" ? 0 : 1;
}

}  // namespace
}  // namespace yundisk::simulation

int main(int argc, char** argv) {
  CLI::App app{"Plays a group of storages, its clients and its faults from seeds."};
  std::uint64_t first = 1;
  std::uint64_t count = 100;
  std::string bug = "none";
  bool loud = false;
  app.add_option("--first", first, "The first seed");
  app.add_option("--seeds", count, "How many");
  app.add_flag("--loud", loud, "Show what the storages log");
  std::set<std::string> names;
  for (const auto& [name, unused] : yundisk::simulation::kBugs) names.insert(name);
  app.add_option("--bug", bug, "A planted bug, which must be found")->check(CLI::IsMember(names));
  CLI11_PARSE(app, argc, argv);
  // What the storages log about what befalls them tells nothing.
  yundisk::StartLog("cluster_simulation",
                    loud ? yundisk::LogLevel::kInfo : yundisk::LogLevel::kError);
  return yundisk::simulation::Run(first, count, bug);
}
