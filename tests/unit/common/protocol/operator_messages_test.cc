// Golden bytes of what operators ask of a storage, written out here by hand.
#include "common/protocol/operator_messages.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/common/protocol/golden_bytes.h"

namespace yundisk::wire {
namespace {

TEST(OperatorGoldenBytes, Copy) {
  ExpectRequest(CopyOf{static_cast<std::uint8_t>(CopyAction::kRepair), KeyOf("1/42")},
                "00000000000001914d00", Hex("02") + KeyBytesOf("1/42"));
  CopyTold told{CopyState::kDamaged, CopyState::kHealthy, 5, {}, 0x65A1B2C3};
  told.sha256.fill(std::byte{0xE5});
  ExpectReply(Service::kStorage, told, "00000000000000326600",
              Hex("0201"
                  "0000000000000005") +
                  std::string(32, '\xE5') + Hex("0000000065a1b2c3"));
}

TEST(OperatorGoldenBytes, Repair) {
  ExpectRequest(Repair{static_cast<std::uint8_t>(RepairAction::kBegin)}, "00000000000000014e00",
                Hex("01"));
  ExpectReply(Service::kStorage, RepairTold{RepairState::kDone, 1, 2, 3, 4, 5, 6, 7, 8, 9},
              "00000000000000456600",
              Hex("02"
                  "0000000000000001"
                  "0000000000000002"
                  "0000000000000003"
                  "0000000000000004"
                  "0000000000000005"
                  "0000000000000006"
                  "0000000000000007"
                  "0000000000000008"
                  "00000009"));
}

}  // namespace
}  // namespace yundisk::wire
