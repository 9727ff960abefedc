// Strict decoding: what the protocol forbids is refused, and the reason names the field.
#include "common/protocol/codec.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/protocol/messages.h"

namespace yundisk::wire {
namespace {

using testing::HasSubstr;

std::string Padded(std::string text, std::size_t width) {
  text.resize(width, '\0');
  return text;
}

std::string Beat(const std::string& group, const std::string& host) { return group + host; }

std::string GoodBeat() { return Beat(Padded("g1", 17), Padded("node", 129)); }

template <Message M>
std::string Problem(const std::string& body) {
  const auto decoded = DecodeBody<M>(AsBytes(body));
  if (decoded.ok()) return "";
  EXPECT_EQ(decoded.error().code(), Code::kBadRequest);
  return decoded.error().message();
}

TEST(Codec, EveryOtherLengthIsRefused) {
  const std::string body = GoodBeat();
  EXPECT_EQ(Problem<HeartBeat>(body), "");
  for (std::size_t length = 0; length < body.size(); ++length)
    EXPECT_NE(Problem<HeartBeat>(body.substr(0, length)), "") << length;
  for (const std::size_t extra : {1, 8, 19, 21, 100})
    EXPECT_NE(Problem<HeartBeat>(body + std::string(extra, '\0')), "") << extra;
  EXPECT_EQ(Problem<HeartBeat>(body + std::string(20, '\0')), "");
}

TEST(Codec, NamesTheMessageTheFieldAndTheProblem) {
  EXPECT_EQ(Problem<HeartBeat>(Beat(Padded("", 17), Padded("node", 129))),
            "heart-beat: field 'group' is empty");
  EXPECT_EQ(Problem<Size>(std::string(400, '\0')), "size: field 'key' is empty");
}

TEST(Codec, BytesAfterTheFirstNulMustBeNul) {
  std::string group = Padded("g1", 17);
  group[10] = 'x';
  EXPECT_THAT(Problem<HeartBeat>(Beat(group, Padded("node", 129))), HasSubstr("after its NUL"));
}

TEST(Codec, TerminatedFieldsNeedTheirNul) {
  EXPECT_THAT(Problem<HeartBeat>(Beat(std::string(17, 'g'), Padded("node", 129))),
              HasSubstr("lacks its NUL"));
  EXPECT_EQ(Problem<HeartBeat>(Beat(Padded(std::string(16, 'g'), 17), Padded("node", 129))), "");
}

TEST(Codec, PaddedFieldsMayBeFull) {
  EXPECT_EQ(Problem<Size>(std::string(16, 'a') + std::string(256, 'u') + std::string(128, 'f')),
            "");
}

TEST(Codec, TextIsUtf8WithoutControls) {
  const std::string host = Padded("node", 129);
  EXPECT_THAT(Problem<HeartBeat>(Beat(Padded("\xFFg", 17), host)), HasSubstr("UTF-8"));
  EXPECT_THAT(Problem<HeartBeat>(Beat(Padded("g\n", 17), host)), HasSubstr("control"));
  EXPECT_THAT(Problem<HeartBeat>(Beat(Padded("g\x7F", 17), host)), HasSubstr("control"));
  EXPECT_THAT(Problem<HeartBeat>(Beat(Padded("g\xC2\x85", 17), host)), HasSubstr("control"));
  EXPECT_EQ(Problem<HeartBeat>(Beat(Padded("\u4e91\u76d8", 17), host)), "");
}

TEST(Codec, TailTextEndsWithExactlyOneNul) {
  EXPECT_EQ(Problem<GetId>(std::string("k\0", 2)), "");
  EXPECT_THAT(Problem<GetId>("k"), HasSubstr("lacks its NUL"));
  EXPECT_THAT(Problem<GetId>(std::string("k\0\0", 3)), HasSubstr("more than one NUL"));
  EXPECT_THAT(Problem<GetId>(std::string("k\0x\0", 4)), HasSubstr("after its NUL"));
  EXPECT_THAT(Problem<GetId>(std::string("\0", 1)), HasSubstr("is empty"));
  EXPECT_EQ(Problem<GetId>(std::string(64, 'k') + '\0'), "");
  EXPECT_THAT(Problem<GetId>(std::string(65, 'k') + '\0'), HasSubstr("too long"));
}

TEST(Codec, LinesMayHoldTabsAndNewlines) {
  EXPECT_EQ(Problem<Groups>(std::string("groups\t1\ngroup\ta\n\0", 18)), "");
  EXPECT_EQ(Problem<Groups>(std::string("\0", 1)), "");
  EXPECT_THAT(Problem<Groups>(std::string("a\rb\0", 4)), HasSubstr("control"));
  EXPECT_THAT(Problem<Groups>(std::string("a\0b\0", 4)), HasSubstr("control"));
}

TEST(Codec, FromChecksWhatDecodingChecks) {
  EXPECT_TRUE(Text<4>::From("abcd").ok());
  EXPECT_FALSE(Text<4>::From("abcde").ok());
  EXPECT_FALSE(Text<4>::From("").ok());
  EXPECT_TRUE(OptionalTextZ<4>::From("").ok());
  EXPECT_FALSE(Text<4>::From("a\tb").ok());
  EXPECT_FALSE(Text<4>::From("\x80").ok());
}

TEST(Codec, DumpNamesEveryField) {
  const HeartBeat beat{TextZ<16>::From("g1").value(), TextZ<128>::From("n").value(),
                       BeatStatistics{1, 2, 3}};
  EXPECT_EQ(Dump(beat),
            "heart-beat group=g1 host_name=n statistics={free_bytes=1 used_bytes=2 "
            "requests_in_flight=3 lag=none}");
}

}  // namespace
}  // namespace yundisk::wire
