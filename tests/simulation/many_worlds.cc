#include "tests/simulation/many_worlds.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <new>
#include <span>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "tests/simulation/isolated.h"

namespace yundisk::simulation {
namespace {

constexpr std::uint32_t kMaxJobs = 64;

// What one process tells the others; in memory that all share.
struct Slot {
  std::uint64_t worlds = 0;
  std::uint64_t seed = 0;  // being played
  bool failed = false;
  WorldReport sum;  // its violation stays empty: a string cannot be shared
  std::array<char, 512> violation{};
};

struct Shared {
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> stop{false};
  std::array<Slot, kMaxJobs> slots;
};

Shared& MakeShared() {
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  return *new (memory) Shared;
}

void PlayUntilStopped(const ManyWorlds& many, Shared& shared, Slot& slot) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(many.seconds);
  while (!shared.stop) {
    const std::uint64_t number = shared.next++;
    if (many.seconds == 0 && number >= many.count) return;
    if (many.seconds != 0 && std::chrono::steady_clock::now() >= end) return;
    WorldOptions options;
    options.seed = slot.seed = many.first + number;
    const WorldReport report = many.play(options);
    slot.sum.Add(report);
    ++slot.worlds;
    if (report.violation.empty()) continue;
    report.violation.copy(slot.violation.data(), slot.violation.size() - 1);
    slot.failed = true;
    shared.stop = true;
  }
}

}  // namespace

ManyReport PlayManyWorlds(const ManyWorlds& many) {
  Shared& shared = MakeShared();
  const std::span<Slot> slots(shared.slots.data(), std::clamp(many.jobs, 1U, kMaxJobs));
  std::array<pid_t, kMaxJobs> children{};
  for (std::size_t i = 0; i < slots.size(); ++i) {
    children[i] = ::fork();
    CHECK(children[i] >= 0);
    if (children[i] != 0) continue;
    SilenceStandardError();
    PlayUntilStopped(many, shared, slots[i]);
    ::_exit(0);
  }
  ManyReport report;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    int status = 0;
    CHECK(::waitpid(children[i], &status, 0) == children[i]);
    const Slot& slot = slots[i];
    report.sum.Add(slot.sum);
    report.worlds += slot.worlds;
    if (slot.failed) report.sum.violation = slot.violation.data();
    if (status != 0) report.sum.violation = "the process ended";
    if (slot.failed || status != 0) report.failed_seed = slot.seed;
    if (status != 0) shared.stop = true;
  }
  ::munmap(&shared, sizeof shared);
  return report;
}

}  // namespace yundisk::simulation
