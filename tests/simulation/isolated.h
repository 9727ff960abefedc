// Plays a world in a process of its own, so that a world in which the code ends its process (a
// failed CHECK) is a failure like any other.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace yundisk::simulation {

struct IsolatedReport {
  std::string violation;  // empty: all was as it should be
  std::vector<OperationId> played;
  std::vector<std::string> trace;  // when it was asked for
};

// What is logged about crashes and damage it was put through tells nothing.
void SilenceStandardError();

IsolatedReport PlayIsolated(PlayWorld play, std::uint64_t seed,
                            const std::set<OperationId>& left_out, bool trace);

}  // namespace yundisk::simulation
