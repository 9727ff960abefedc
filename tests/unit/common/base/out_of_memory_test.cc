#include "common/base/out_of_memory.h"

#include <new>

#include <gtest/gtest.h>

namespace yundisk {
namespace {

// What the allocator calls when it has nothing to give. (That of AddressSanitizer ends by itself.)
TEST(OutOfMemoryDeathTest, EndsWithAMessage) {
  EXPECT_DEATH(
      {
        EndWhenOutOfMemory();
        std::get_new_handler()();
      },
      "out of memory: the program ends");
}

}  // namespace
}  // namespace yundisk
