// Planted bugs: faults that a flag of storage_simulation_planted switches on, one at a time, to
// show that the simulation finds them. planted_bugs.cmake puts them into copies of the storage's
// sources that only that program links.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yundisk::simulation {

// Whether this bug is the one that is switched on.
bool Planted(std::string_view bug);
// Before anything runs; empty: none.
void Plant(std::string bug);
// The names of all that were built in.
const std::vector<std::string>& PlantedBugs();

}  // namespace yundisk::simulation
