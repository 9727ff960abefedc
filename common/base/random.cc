#include "common/base/random.h"

#include <sys/random.h>

#include <cerrno>

#include "common/base/check.h"

namespace yundisk {

void SystemRandom::Fill(MutableByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    CHECK(count > 0 || errno == EINTR);
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace yundisk
