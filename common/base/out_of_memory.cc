#include "common/base/out_of_memory.h"

#include <unistd.h>

#include <cstdlib>
#include <new>
#include <string_view>

namespace yundisk {
namespace {

constexpr std::string_view kMessage = "out of memory: the program ends\n";

// Nothing here may ask for memory.
[[noreturn]] void End() {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  std::abort();
}

}  // namespace

void EndWhenOutOfMemory() { std::set_new_handler(End); }

}  // namespace yundisk
