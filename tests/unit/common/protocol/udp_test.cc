// Golden bytes of the packets, and what is no packet.
#include "common/protocol/udp.h"

#include <string>

#include <gtest/gtest.h>

namespace yundisk::wire {
namespace {

const std::optional<Secret> kNoSecret;
const std::optional<Secret> kSecret = Secret{std::byte{7}};

UdpHeader HeaderOf(UdpKind kind) {
  UdpHeader header;
  header.kind = static_cast<std::uint8_t>(kind);
  header.number = 0x0102030405060708;
  header.time_ms = 0x1112131415161718;
  header.nonce.fill(std::byte{0xA5});
  return header;
}

ObjectKey Key() {
  return {Text<16>::From("yundisk").value(), Text<256>::From("blobs").value(),
          Text<128>::From("g1/42").value()};
}

TEST(UdpPacket, GoldenBytes) {
  const Bytes packet = SealPacket(HeaderOf(UdpKind::kLookUp), AsBytes("xyz"), kNoSecret, 80);
  std::string expected =
      "796e646b"
      "01"
      "01"
      "0000"
      "0102030405060708"
      "1112131415161718";
  for (int i = 0; i < 16; ++i) expected += "a5";
  expected += "78797a";
  expected.resize(160, '0');
  EXPECT_EQ(HexFromBytes(packet), expected);
  EXPECT_EQ(kUdpHeaderBytes, 40U);
  EXPECT_EQ(kUdpFrameBytes, 72U);
}

TEST(UdpPacket, OpensWhatItSealed) {
  for (const auto& secret : {kNoSecret, kSecret}) {
    const Bytes packet =
        SealPacket(HeaderOf(UdpKind::kLookUp), EncodeAlone(Key()), secret, kMaxPacketBytes);
    EXPECT_EQ(packet.size(), kMaxPacketBytes);
    const auto opened = OpenPacket(packet, secret);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened->header, HeaderOf(UdpKind::kLookUp));
    EXPECT_EQ(DecodePadded<ObjectKey>(opened->body).value(), Key());
  }
}

TEST(UdpPacket, EveryByteIsProven) {
  const Bytes packet = SealPacket(HeaderOf(UdpKind::kReport), AsBytes("body"), kSecret);
  for (std::size_t i = 0; i < packet.size(); ++i) {
    Bytes forged = packet;
    forged[i] ^= std::byte{1};
    EXPECT_FALSE(OpenPacket(forged, kSecret).ok()) << i;
  }
  EXPECT_EQ(OpenPacket(packet, Secret{std::byte{8}}).error().code(), Code::kUnauthenticated);
  EXPECT_FALSE(OpenPacket(packet, kNoSecret).ok());
  EXPECT_FALSE(OpenPacket(SealPacket(HeaderOf(UdpKind::kReport), {}, kNoSecret), kSecret).ok());
}

TEST(UdpPacket, WhatIsCutOrTooLongIsRefused) {
  const Bytes packet = SealPacket(HeaderOf(UdpKind::kLookUp), {}, kNoSecret);
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(OpenPacket(ByteView(packet).first(size), kNoSecret).ok()) << size;
  EXPECT_FALSE(OpenPacket(Bytes(kMaxPacketBytes + 1), kNoSecret).ok());
  EXPECT_FALSE(DecodePadded<ObjectKey>(AsBytes("short")).ok());
}

TEST(UdpAnswer, ReadsBack) {
  const UdpAnswer answer{OptionalTextZ<16>::From("g1").value(),
                         OptionalTextZ<kAddressesBytes>::From("127.0.0.1:23000;").value(),
                         {"service\t1\tid\t127.0.0.1:22000\t1\n"}};
  EXPECT_EQ(DecodeBody<UdpAnswer>(EncodeAlone(answer)).value(), answer);
}

}  // namespace
}  // namespace yundisk::wire
