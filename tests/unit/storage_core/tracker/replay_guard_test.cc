#include "storage_core/tracker/replay_guard.h"

#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using std::chrono::milliseconds;

class ReplayGuardTest : public testing::Test {
 protected:
  wire::UdpHeader Packet(std::uint8_t nonce, std::int64_t off_ms = 0) {
    wire::UdpHeader header;
    header.time_ms = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count() + off_ms);
    header.nonce.fill(std::byte{nonce});
    return header;
  }

  FakeClock clock_;
  ReplayGuard guard_{clock_};
};

TEST_F(ReplayGuardTest, APacketIsAdmittedOnceForAsLongAsItIsTimely) {
  const auto packet = Packet(1, wire::kUdpClockSkewMs);  // a clock that is ahead
  EXPECT_TRUE(guard_.Admit(packet));
  for (std::uint64_t passed = 0; passed <= 2 * wire::kUdpClockSkewMs; passed += 1000) {
    EXPECT_TRUE(guard_.IsTimely(packet));
    EXPECT_FALSE(guard_.Admit(packet)) << passed;
    clock_.Pass(milliseconds(1000));
  }
  EXPECT_FALSE(guard_.Admit(packet)) << "too old by now";
}

TEST_F(ReplayGuardTest, WhatIsFarOffIsNotTimely) {
  const auto skew = static_cast<std::int64_t>(wire::kUdpClockSkewMs);
  EXPECT_TRUE(guard_.Admit(Packet(1, -skew)));
  EXPECT_FALSE(guard_.Admit(Packet(2, -skew - 1)));
  EXPECT_FALSE(guard_.Admit(Packet(3, skew + 1)));
}

TEST_F(ReplayGuardTest, OtherNoncesPass) {
  for (std::uint8_t i = 0; i < 100; ++i) EXPECT_TRUE(guard_.Admit(Packet(i)));
}

}  // namespace
}  // namespace yundisk::tracker
