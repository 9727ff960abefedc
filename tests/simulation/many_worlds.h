// Plays worlds of consecutive seeds in several processes.
#pragma once

#include <cstdint>
#include <optional>

#include "tests/simulation/world.h"

namespace yundisk::simulation {

struct ManyWorlds {
  PlayWorld play = nullptr;
  std::uint64_t first = 1;
  std::uint64_t count = 5000;
  std::uint64_t seconds = 0;  // not 0: until then, whatever the count
  std::uint32_t jobs = 2;
};

struct ManyReport {
  WorldReport sum;  // with the violation of the failed seed
  std::uint64_t worlds = 0;
  std::optional<std::uint64_t> failed_seed;
};

// Ends early when a world fails.
ManyReport PlayManyWorlds(const ManyWorlds& many);

}  // namespace yundisk::simulation
