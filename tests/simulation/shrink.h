// Makes a failing world short: leaves out operations while it still fails.
#pragma once

#include <cstddef>
#include <set>

#include "tests/simulation/isolated.h"

namespace yundisk::simulation {

struct Shrunk {
  std::set<OperationId> left_out;
  IsolatedReport report;  // with a trace
  std::size_t plays = 0;
};

// `seed` fails when nothing is left out. Plays at most `max_plays` worlds.
Shrunk Shrink(PlayWorld play, std::uint64_t seed, std::size_t max_plays);

}  // namespace yundisk::simulation
