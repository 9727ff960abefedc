#include "common/base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace yundisk {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Error::Make(Code::kBadRequest, "halving {}: it is odd", number);
  return number / 2;
}

Result<int> Quarter(int number) {
  TRY(const int half, Half(number));
  return Half(half);
}

Result<void> MustBeEven(int number) {
  TRY_VOID(Half(number));
  return {};
}

TEST(Result, CarriesValueOrError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().message(), "halving 3: it is odd");
  EXPECT_TRUE(MustBeEven(2).ok());
  EXPECT_EQ(MustBeEven(3).error().code(), Code::kBadRequest);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, TheWrongSideIsABug) {
  const Result<int> failed = Error(Code::kInternal, "no");
  EXPECT_DEATH(static_cast<void>(failed.value()), "CHECK failed");
}

TEST(ErrorTable, WireNumbersRoundTrip) {
  for (std::uint16_t number = 1; number <= 11; ++number)
    EXPECT_EQ(Info(CodeFromWire(number)).wire_number, number);
  EXPECT_EQ(CodeFromWire(0), Code::kInternal);
  EXPECT_EQ(CodeFromWire(12), Code::kInternal);
}

TEST(ErrorTable, EveryCodeHasARow) {
  for (auto code = 1; code <= static_cast<int>(Code::kIo); ++code) {
    const CodeInfo& info = Info(static_cast<Code>(code));
    EXPECT_GE(info.wire_number, 1);
    EXPECT_LE(info.wire_number, 11);
    EXPECT_GE(info.http_status, 400);
    EXPECT_FALSE(info.name.empty());
  }
}

TEST(ErrorTable, SystemErrorsAreTold) {
  EXPECT_EQ(Error::FromErrno(ENOSPC, "writing").code(), Code::kNoSpace);
  EXPECT_EQ(Error::FromErrno(ENOENT, "opening").code(), Code::kNotFound);
  EXPECT_EQ(Error::FromErrno(EIO, "writing x").message(), "writing x: Input/output error");
  EXPECT_EQ(Error(Code::kIo, "b").Within("a").message(), "a: b");
}

}  // namespace
}  // namespace yundisk
