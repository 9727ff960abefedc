// Golden bytes: every message as it lies on the wire, written out here by hand and independently of
// the field lists.
#include "common/protocol/messages.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/protocol/failure.h"
#include "tests/unit/common/protocol/golden_bytes.h"

namespace yundisk::wire {
namespace {

std::string Times(std::string_view two_digits, std::size_t count) {
  std::string digits;
  for (std::size_t i = 0; i < count; ++i) digits += two_digits;
  return Hex(digits);
}

template <typename T>
T TextOf(std::string_view text) {
  return T::From(text).value();
}

ObjectKey Key() { return KeyOf("g1/42"); }

std::string KeyBytes() { return KeyBytesOf("g1/42"); }

TEST(GoldenBytes, Hello) {
  ExpectRequest(Hello{Filled<32>(0xA1)},
                "0000000000000020"
                "01"
                "00",
                Times("a1", 32));
  ExpectReply(Service::kTracker, Greeting{Filled<32>(0xB2), Filled<32>(0xC3)},
              "0000000000000040"
              "64"
              "00",
              Times("b2", 32) + Times("c3", 32));
}

TEST(GoldenBytes, Prove) {
  ExpectRequest(Prove{Filled<32>(0xD4)},
                "0000000000000020"
                "02"
                "00",
                Times("d4", 32));
  ExpectReply(Service::kIdServer, Empty{},
              "0000000000000000"
              "65"
              "00",
              "");
}

TEST(GoldenBytes, Join) {
  const Join join{TextOf<TextZ<6>>("0.1.0"),
                  TextOf<TextZ<16>>("g1"),
                  TextOf<TextZ<128>>("storage-1"),
                  23000,
                  0x65A1B2C3,
                  0x65000000};
  ExpectRequest(join,
                "00000000000000ab"
                "0a"
                "00",
                Padded("0.1.0", 7) + Padded("g1", 17) + Padded("storage-1", 129) + Hex("59d8") +
                    Hex("0000000065a1b2c3") + Hex("0000000065000000"));
  ExpectReply(Service::kTracker, Empty{},
              "0000000000000000"
              "64"
              "00",
              "");
}

TEST(GoldenBytes, HeartBeat) {
  HeartBeat beat{TextOf<TextZ<16>>("g1"), TextOf<TextZ<128>>("storage-1"), std::nullopt};
  const std::string base = Padded("g1", 17) + Padded("storage-1", 129);
  ExpectRequest(beat,
                "0000000000000092"
                "0b"
                "00",
                base);
  beat.statistics = BeatStatistics{1, 2, 3};
  ExpectRequest(beat,
                "00000000000000a6"
                "0b"
                "00",
                base + Hex("0000000000000001"
                           "0000000000000002"
                           "00000003"));
  beat.statistics->lag = BeatLag{4, 5};
  ExpectRequest(beat,
                "00000000000000b2"
                "0b"
                "00",
                base + Hex("0000000000000001"
                           "0000000000000002"
                           "00000003"
                           "0000000000000004"
                           "00000005"));
}

TEST(GoldenBytes, Addresses) {
  ExpectRequest(Addresses{Key()},
                "0000000000000190"
                "0c"
                "00",
                KeyBytes());
  const std::string list = "127.0.0.1:23000;[::1]:23001;";
  ExpectReply(Service::kTracker,
              Location{TextOf<TextZ<16>>("g1"), TextOf<TailText<kAddressesBytes>>(list)},
              "000000000000002e"
              "64"
              "00",
              Padded("g1", 17) + list + '\0');
}

TEST(GoldenBytes, GroupList) {
  ExpectRequest(GroupList{},
                "0000000000000000"
                "0d"
                "00",
                "");
  ExpectReply(Service::kTracker, Groups{{"groups\t0\n"}},
              "000000000000000a"
              "64"
              "00",
              std::string("groups\t0\n") + '\0');
}

TEST(GoldenBytes, Place) {
  ExpectRequest(Place{TextOf<wire::Text<16>>("yundisk"), TextOf<wire::Text<256>>("blobs"), 4096},
                "0000000000000118"
                "0e"
                "00",
                Padded("yundisk", 16) + Padded("blobs", 256) + Hex("0000000000001000"));
  const PlaceRegion region{TextOf<TextZ<32>>("east")};
  ExpectRequest(
      Place{TextOf<wire::Text<16>>("yundisk"), TextOf<wire::Text<256>>("blobs"), 4096, region},
      "0000000000000139"
      "0e"
      "00",
      Padded("yundisk", 16) + Padded("blobs", 256) + Hex("0000000000001000") + Padded("east", 33));
}

TEST(GoldenBytes, Watch) {
  ExpectRequest(Watch{0x0102030405060708, TextOf<OptionalTextZ<16>>("g1")},
                "0000000000000019"
                "0f"
                "00",
                Hex("0102030405060708") + Padded("g1", 17));
  ExpectReply(Service::kTracker, Watched{0x0102030405060709, {"groups\t0\n"}},
              "0000000000000012"
              "64"
              "00",
              Hex("0102030405060709") + "groups\t0\n" + '\0');
}

TEST(GoldenBytes, SetMember) {
  ExpectRequest(SetMember{TextOf<TextZ<16>>("g1"), TextOf<TextZ<128>>("s1"),
                          static_cast<std::uint8_t>(MemberAction::kDrain)},
                "0000000000000093"
                "10"
                "00",
                Padded("g1", 17) + Padded("s1", 129) + Hex("01"));
}

TEST(GoldenBytes, Hint) {
  ExpectRequest(
      Hint{static_cast<std::uint8_t>(HintKind::kJoined), TextOf<TextZ<16>>("g1"),
           TextOf<TextZ<128>>("s1"), TextOf<OptionalTextZ<64>>("127.0.0.1:23000"), 0x65A1B2C3},
      "00000000000000dc"
      "11"
      "00",
      Hex("01") + Padded("g1", 17) + Padded("s1", 129) + Padded("127.0.0.1:23000", 65) +
          Hex("0000000065a1b2c3"));
}

TEST(GoldenBytes, Report) {
  ExpectRequest(Report{TextOf<TextZ<16>>("g1"), TextOf<TextZ<64>>("127.0.0.1:23000"),
                       static_cast<std::uint8_t>(CallOutcome::kSlow), 3, 2500000},
                "0000000000000059"
                "12"
                "00",
                Padded("g1", 17) + Padded("127.0.0.1:23000", 65) +
                    Hex("02"
                        "0003"
                        "002625a0"));
}

TEST(GoldenBytes, Services) {
  ExpectRequest(Services{},
                "0000000000000000"
                "13"
                "00",
                "");
  const std::string line = "service\t1\ttracker\t127.0.0.1:21000\t1\n";
  ExpectReply(Service::kTracker, ServiceLines{{line}},
              "0000000000000025"
              "64"
              "00",
              line + '\0');
}

TEST(GoldenBytes, GetId) {
  ExpectRequest(GetId{TextOf<TailText<64>>("node")},
                "0000000000000005"
                "28"
                "00",
                std::string("node") + '\0');
  ExpectReply(Service::kIdServer, Id{0x0102030405060708},
              "0000000000000008"
              "65"
              "00",
              Hex("0102030405060708"));
}

TEST(GoldenBytes, GetIds) {
  ExpectRequest(GetIds{64, TextOf<TailText<64>>("node")},
                "0000000000000009"
                "29"
                "00",
                Hex("00000040") + "node" + '\0');
  ExpectReply(Service::kIdServer, Ids{1000, 64},
              "000000000000000c"
              "65"
              "00",
              Hex("00000000000003e8"
                  "00000040"));
}

TEST(GoldenBytes, UploadCoversItsContent) {
  ExpectRequest(Upload{Key(), 5},
                "000000000000019d"
                "46"
                "00",
                KeyBytes() + Hex("0000000000000005"));
  ExpectReply(Service::kStorage, Empty{},
              "0000000000000000"
              "66"
              "00",
              "");
}

TEST(GoldenBytes, Size) {
  ExpectRequest(Size{Key()},
                "0000000000000190"
                "47"
                "00",
                KeyBytes());
  ExpectReply(Service::kStorage, ObjectSize{5},
              "0000000000000008"
              "66"
              "00",
              Hex("0000000000000005"));
}

TEST(GoldenBytes, Download) {
  ExpectRequest(Download{Key(), 7, 9},
                "00000000000001a0"
                "48"
                "00",
                KeyBytes() + Hex("0000000000000007"
                                 "0000000000000009"));
  Bytes header;
  AppendContentHeader(header, Service::kStorage, 0x1122);
  EXPECT_EQ(HexFromBytes(header),
            "0000000000001122"
            "66"
            "00");
}

TEST(GoldenBytes, Delete) {
  ExpectRequest(Delete{Key()},
                "0000000000000190"
                "49"
                "00",
                KeyBytes());
}

TEST(GoldenBytes, Adopt) {
  ExpectRequest(Adopt{Key(), 6, TextOf<TextZ<255>>("3/00017")},
                "0000000000000298"
                "4a"
                "00",
                KeyBytes() + Hex("0000000000000006") + Padded("3/00017", 256));
  ExpectReply(Service::kStorage, Adopted{Filled<32>(0xE5), 0x01020304},
              "0000000000000024"
              "66"
              "00",
              Times("e5", 32) + Hex("01020304"));
}

TEST(GoldenBytes, Stat) {
  ExpectRequest(Stat{Key()},
                "0000000000000190"
                "4b"
                "00",
                KeyBytes());
  ObjectStat stat{5, 0x01020304, Filled<32>(0xE5), 0x65A1B2C3, {}};
  const std::string numbers = Hex("0000000000000005"
                                  "01020304") +
                              Times("e5", 32) + Hex("0000000065a1b2c3");
  ExpectReply(Service::kStorage, stat,
              "0000000000000134"
              "66"
              "00",
              numbers + Padded("", 256));
  stat.local_file = TextOf<OptionalTextZ<255>>("s1/large/ab/cd");
  ExpectReply(Service::kStorage, stat,
              "0000000000000134"
              "66"
              "00",
              numbers + Padded("s1/large/ab/cd", 256));
}

TEST(GoldenBytes, Statistics) {
  ExpectRequest(Statistics{},
                "0000000000000000"
                "4c"
                "00",
                "");
  ExpectReply(Service::kStorage, StatisticsText{{"a\t1\n"}},
              "0000000000000005"
              "66"
              "00",
              std::string("a\t1\n") + '\0');
}

TEST(GoldenBytes, Failure) {
  Bytes frame;
  AppendFailure(frame, Service::kStorage,
                FailureFrom("storage-1", Error(Code::kNotFound, "size g1/42: no such object")));
  const std::string text = "[storage-1] size g1/42: no such object";
  EXPECT_EQ(AsText(frame), Hex("0000000000000029"
                               "66"
                               "fd"
                               "0002") +
                               text + '\0');
}

TEST(GoldenBytes, HeaderReadsBack) {
  const Bytes bytes = *BytesFromHex(
      "0102030405060708"
      "46"
      "fd");
  const Header header = DecodeHeader(ByteView(bytes).first<kHeaderBytes>());
  EXPECT_EQ(header, (Header{0x0102030405060708, 0x46, kFailure}));
}

}  // namespace
}  // namespace yundisk::wire
