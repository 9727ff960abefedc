// Plays worlds of one storage from seeds and stops at the first violation.
//
//   storage_simulation [--seeds COUNT] [--first SEED] [--bug none|file-sync|folder-sync|replay]
//
// With a planted bug it succeeds when some seed finds it.
#include <chrono>
#include <cstdio>
#include <map>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "common/base/log.h"
#include "tests/simulation/storage_world.h"

namespace yundisk::simulation {
namespace {

const std::map<std::string, Bugs> kBugs{{"none", {}},
                                        {"file-sync", {DiskBug::kNoFileSync, false}},
                                        {"folder-sync", {DiskBug::kNoFolderSync, false}},
                                        {"replay", {DiskBug::kNone, true}}};

// The exit code.
int Run(std::uint64_t first, std::uint64_t count, const std::string& bug) {
  const auto start = std::chrono::steady_clock::now();
  WorldReport sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const WorldReport report = StorageWorld(seed, kBugs.at(bug)).Play();
    sum.operations += report.operations;
    sum.lives += report.lives;
    sum.compactions += report.compactions;
    sum.full_disks += report.full_disks;
    sum.failed_syncs += report.failed_syncs;
    if (report.violation.empty()) continue;
    fmt::print("seed {}: {}\n", seed, report.violation);
    return bug == "none" ? 1 : 0;
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  fmt::print(
      "{} seeds from {}: {} lives, {} operations, {} compactions, {} uploads to a full disk, {} "
      "failed syncs in {:.1f} s: no violation\n",
      count, first, sum.lives, sum.operations, sum.compactions, sum.full_disks, sum.failed_syncs,
      passed.count());
  return bug == "none" ? 0 : 1;
}

}  // namespace
}  // namespace yundisk::simulation

int main(int argc, char** argv) {
  CLI::App app{"Plays one storage, its clients and its crashes from seeds."};
  std::uint64_t first = 1;
  std::uint64_t count = 200;
  std::string bug = "none";
  app.add_option("--first", first, "The first seed");
  app.add_option("--seeds", count, "How many");
  app.add_option("--bug", bug, "A planted bug, which must be found")
      ->check(CLI::IsMember({"none", "file-sync", "folder-sync", "replay"}));
  CLI11_PARSE(app, argc, argv);
  // What the storage logs about crashes it was put through tells nothing.
  yundisk::StartLog("storage_simulation", yundisk::LogLevel::kError);
  return yundisk::simulation::Run(first, count, bug);
}
