// Planted bugs: faults that a flag of storage_simulation_planted, or cluster_simulation_planted,
// switches on, one at a time, to show that the simulation finds them. plant.cmake puts them into
// copies of the sources that only that program links.
#pragma once

#include <cstdint>
#include <map>
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
// Of those that take long to find: seeds that find them, or did when they were written down.
const std::map<std::string, std::uint64_t>& SeedsThatFind();

}  // namespace yundisk::simulation
