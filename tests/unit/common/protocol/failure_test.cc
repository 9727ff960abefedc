#include "common/protocol/failure.h"

#include <string>

#include <gtest/gtest.h>

namespace yundisk::wire {
namespace {

Error RoundTrip(const Failure& failure) {
  Bytes body(EncodedSize(failure));
  EncodeBody(failure, body);
  return ErrorFrom(body);
}

TEST(Failure, NumbersAreThoseOfTheErrorTable) {
  const auto number = [](Code code) { return FailureFrom("n", Error(code, "x")).number; };
  EXPECT_EQ(number(Code::kBadRequest), 1);
  EXPECT_EQ(number(Code::kDeleted), 4);
  EXPECT_EQ(number(Code::kTooFewReplicas), 8);
  EXPECT_EQ(number(Code::kInternal), 11);
  EXPECT_EQ(number(Code::kTimeout), 6);
  EXPECT_EQ(number(Code::kCorrupt), 11);
}

TEST(Failure, ReadsBackAsTheSameError) {
  const Error error = RoundTrip(FailureFrom("s1", Error(Code::kNoSpace, "upload a: disk full")));
  EXPECT_EQ(error.code(), Code::kNoSpace);
  EXPECT_EQ(error.message(), "[s1] upload a: disk full");
}

TEST(Failure, HostileTextIsMadePrintable) {
  const Failure failure = FailureFrom("s1", Error(Code::kNotFound, "a\nb\xFF\xC2\x85z\xE4\xB8"));
  EXPECT_EQ(failure.description.view(), "[s1] a?b???z??");
}

TEST(Failure, LongTextIsCutAtACharacter) {
  std::string text(kMaxDescriptionBytes - 6, 'a');
  text += "\u4e91\u4e91";
  const Failure failure = FailureFrom("s", Error(Code::kNotFound, text));
  EXPECT_EQ(failure.description.size(), kMaxDescriptionBytes - 2);
  EXPECT_TRUE(IsUtf8(failure.description.view()));
}

TEST(Failure, UnknownNumbersAndBrokenBodiesAreInternal) {
  EXPECT_EQ(ErrorFrom(*BytesFromHex("00637800")).code(), Code::kInternal);
  EXPECT_EQ(ErrorFrom(*BytesFromHex("00007800")).code(), Code::kInternal);
  EXPECT_EQ(ErrorFrom(*BytesFromHex("0002")).code(), Code::kInternal);
  EXPECT_EQ(ErrorFrom({}).code(), Code::kInternal);
}

}  // namespace
}  // namespace yundisk::wire
