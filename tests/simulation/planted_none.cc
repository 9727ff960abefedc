// For programs with the storage as it is.
#include "tests/simulation/planted.h"

namespace yundisk::simulation {

const std::vector<std::string>& PlantedBugs() {
  static const std::vector<std::string> none;
  return none;
}

const std::map<std::string, std::uint64_t>& SeedsThatFind() {
  static const std::map<std::string, std::uint64_t> none;
  return none;
}

}  // namespace yundisk::simulation
