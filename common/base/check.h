// CHECK(condition): a bug of ours ends the process, in release builds too, with the place and a
// trace of what was expected. Never used on input: what a peer, a disk or a user can cause is an
// Error.
#pragma once

namespace yundisk::internal {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);
}  // namespace yundisk::internal

#define CHECK(condition)                                                \
  do {                                                                  \
    if (!(condition)) [[unlikely]]                                      \
      ::yundisk::internal::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
