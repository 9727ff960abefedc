#include "common/base/out_of_memory.h"

#include <cstddef>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace yundisk {
namespace {

TEST(OutOfMemoryDeathTest, EndsWithAMessage) {
  EXPECT_DEATH(
      {
        EndWhenOutOfMemory();
        std::vector<std::byte> too_much(std::numeric_limits<std::ptrdiff_t>::max());
      },
      "out of memory: the program ends");
}

}  // namespace
}  // namespace yundisk
