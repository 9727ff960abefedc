// Randomness, as an interface: the operating system's for daemons and secrets, a seeded one for the
// simulation.
#pragma once

#include <array>
#include <cstdint>

#include "common/base/bytes.h"

namespace yundisk {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual void Fill(MutableByteView bytes) = 0;

  std::uint64_t Next() {
    std::array<std::byte, 8> bytes;
    Fill(bytes);
    return LoadBig<std::uint64_t>(bytes.data());
  }
};

// getrandom(2): fit for keys and tokens. A failing call is a CHECK: nothing can go on without it.
class SystemRandom final : public Random {
 public:
  void Fill(MutableByteView bytes) override;
};

}  // namespace yundisk
