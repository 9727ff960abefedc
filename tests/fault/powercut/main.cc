// Cuts the power under a storaged that is being used, many times, and compares what is there
// afterwards with what was acknowledged.
//
//   storage_powercut --storaged PROGRAM --work FOLDER [--rounds N] [--seed N] [--preload LIBRARY]
//
// Exit codes: 0 nothing was lost, 1 something was, 77 this machine does not let us (says why).
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/fault/powercut/loop_disk.h"
#include "tests/fault/powercut/storaged_process.h"
#include "tests/fault/powercut/workload.h"

namespace yundisk::powercut {
namespace {

constexpr int kLost = 1;
constexpr int kSkipped = 77;
constexpr std::uint64_t kMinRoundMs = 30;
constexpr std::uint64_t kMaxRoundMs = 500;

struct Options {
  std::string storaged;
  std::string work;
  std::uint64_t rounds = 25;
  std::uint64_t seed = std::random_device()();
  std::string preload;
  std::uint16_t port = 23990;
};

std::string WriteConfig(const Options& options, const std::string& disk) {
  const std::string path = options.work + "/yundisk.toml";
  std::ofstream(path) << fmt::format(
      "[log]\nlevel = \"warning\"\n[cluster]\nauth = \"none\"\ntrackers = []\n[storage]\n"
      "name = \"1a\"\nlisten = \"127.0.0.1:{}\"\ndata_directory = \"{}/1a\"\n"
      "spool_directory = \"{}/spool\"\nmin_free_bytes = 0\nvolume_bytes = 8388608\n"
      "prepare_bytes = 1048576\nindex_flush_interval_s = 1\n",
      options.port, disk, disk);
  return path;
}

std::chrono::milliseconds RoundTime(std::mt19937_64& random) {
  return std::chrono::milliseconds(kMinRoundMs + random() % (kMaxRoundMs - kMinRoundMs));
}

// Kills the storage in the middle of its work.
void UseFor(Workload& workload, StoragedProcess& process, std::chrono::milliseconds time) {
  std::atomic<bool> stop{false};
  std::thread load([&] { workload.Run(stop); });
  std::this_thread::sleep_for(time);
  process.Kill();
  stop = true;
  load.join();
}

// What was lost, one line each; empty: nothing.
Result<std::string> Play(const Options& options) {
  TRY(LoopDisk disk, LoopDisk::Make(options.work));
  const std::string spool = disk.path() + "/spool";
  std::filesystem::create_directories(spool);
  const StoragedOptions storaged{options.storaged, WriteConfig(options, disk.path()),
                                 fmt::format("127.0.0.1:{}", options.port), options.preload};
  Workload workload(storaged.address, spool, options.seed);
  std::mt19937_64 random(options.seed);
  for (std::uint64_t round = 0; round <= options.rounds; ++round) {
    TRY(StoragedProcess process, StoragedProcess::Start(storaged));
    TRY(const std::string lost, workload.Check());
    if (!lost.empty()) return fmt::format("after {} power cuts:\n{}", round, lost);
    if (round == options.rounds) break;
    if (round % 2 == 0) {
      UseFor(workload, process, RoundTime(random));
    } else {
      workload.AdoptOnly();
      process.Kill();
    }
    TRY_VOID(disk.Cut());
  }
  fmt::print("{} power cuts, {} acknowledged objects and deletions: all as they were\n",
             options.rounds, workload.acknowledged());
  return std::string();
}

int Run(const Options& options) {
  fmt::print("seed {}\n", options.seed);
  std::filesystem::create_directories(options.work);
  const Result<std::string> lost = Play(options);
  if (!lost && lost.error().code() == Code::kUnavailable) {
    fmt::print("skipped: {}\n", lost.error().message());
    return kSkipped;
  }
  if (!lost || !lost->empty()) {
    fmt::print("{}\n", lost ? *lost : lost.error().message());
    return kLost;
  }
  return 0;
}

}  // namespace
}  // namespace yundisk::powercut

int main(int argc, char** argv) {
  yundisk::powercut::Options options;
  CLI::App app{"Cuts the power under a storaged and compares."};
  app.add_option("--storaged", options.storaged, "The program")->required();
  app.add_option("--work", options.work, "A folder for the disk's image")->required();
  app.add_option("--rounds", options.rounds, "Power cuts");
  app.add_option("--seed", options.seed, "Repeats the sizes and times of a run");
  app.add_option("--preload", options.preload, "A library that makes syncs lie");
  app.add_option("--port", options.port, "For storaged");
  CLI11_PARSE(app, argc, argv);
  return yundisk::powercut::Run(options);
}
