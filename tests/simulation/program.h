// The command line of a simulation: plays worlds from seeds and stops at the first violation, which
// it then makes as short as it can.
//
//   PROGRAM [--seeds COUNT | --seconds N] [--first SEED] [--jobs N]
//   PROGRAM --seed SEED                       one world, with its trace
//   PROGRAM_planted --bug NAME                plays until the planted bug is found
//   PROGRAM_planted --every-bug               the same for every one
//   PROGRAM_planted --absent-from PROGRAM...  none of them is in these programs
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/world.h"

namespace yundisk::simulation {

struct SimulationProgram {
  std::string name;
  std::string description;
  PlayWorld play;
  std::uint64_t seeds;  // of the short form
};

// The exit code: 1 after a violation, or when a planted bug was not found.
int RunSimulation(int argc, char** argv, const SimulationProgram& program);

}  // namespace yundisk::simulation
