// A clock that stands still until told otherwise, chance that is no chance, and short ways to make
// messages.
#pragma once

#include <chrono>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

class FakeClock final : public Clock {
 public:
  WallTime Now() const override { return WallTime(std::chrono::seconds(1'000'000) + passed_); }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::hours(1) + passed_); }
  void Pass(std::chrono::milliseconds time) { passed_ += time; }

 private:
  std::chrono::milliseconds passed_{0};
};

// Counts up from a start: every draw is another, and the same in every run.
class CountingRandom final : public Random {
 public:
  void Fill(MutableByteView bytes) override {
    std::uint64_t state = ++count_ * 0x9E3779B97F4A7C15;
    for (std::byte& byte : bytes) {
      state ^= state >> 31U;
      state *= 0xD6E8FEB86659FD93;
      byte = static_cast<std::byte>(state >> 56U);
    }
  }

 private:
  std::uint64_t count_ = 0;
};

inline wire::Join JoinOf(std::string_view group, std::string_view host, std::uint64_t start_s,
                         std::uint16_t port = 23000) {
  return {wire::TextZ<6>::From("1.0").value(),
          wire::TextZ<16>::From(group).value(),
          wire::TextZ<128>::From(host).value(),
          port,
          start_s,
          0};
}

inline wire::HeartBeat BeatOf(std::string_view group, std::string_view host) {
  return {wire::TextZ<16>::From(group).value(), wire::TextZ<128>::From(host).value(), std::nullopt};
}

inline wire::HeartBeat BeatOf(std::string_view group, std::string_view host,
                              std::uint64_t free_bytes) {
  wire::HeartBeat beat = BeatOf(group, host);
  beat.statistics = wire::BeatStatistics{free_bytes, 7, 1};
  return beat;
}

}  // namespace yundisk::tracker
