#include "tests/simulation/planted.h"

namespace yundisk::simulation {
namespace {

std::string& Current() {
  static std::string bug;
  return bug;
}

}  // namespace

bool Planted(std::string_view bug) { return Current() == bug; }

void Plant(std::string bug) { Current() = std::move(bug); }

}  // namespace yundisk::simulation
