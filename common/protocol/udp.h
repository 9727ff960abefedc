// The packets of the tracker's UDP port (docs/protocol-extensions.md draws them). A look-up is one
// packet each way, a report one packet and no answer.
//
//     0       4         5      6        8                16       24      40
//     +-------+---------+------+--------+----------------+--------+-------+------+-------+
//     | magic | version | kind | status | request number | time   | nonce | body | proof |
//     +-------+---------+------+--------+----------------+--------+-------+------+-------+
//
// The proof, the last 32 bytes, is an HMAC-SHA-256 over a label and all bytes before it where the
// cluster has a secret, else zeros. An answer repeats number, time and nonce of its request and is
// never longer than it: whoever forges the sender's address gains nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "common/protocol/codec.h"
#include "common/protocol/messages.h"
#include "common/protocol/text.h"

namespace yundisk::wire {

inline constexpr std::array<std::byte, 4> kUdpMagic{std::byte{'y'}, std::byte{'n'}, std::byte{'d'},
                                                    std::byte{'k'}};
inline constexpr std::uint8_t kUdpVersion = 1;
// No packet is longer; such a one passes every network in one piece.
inline constexpr std::size_t kMaxPacketBytes = 1200;
// A request whose time differs by more from the tracker's clock is not answered.
inline constexpr std::uint64_t kUdpClockSkewMs = 30000;

enum class UdpKind : std::uint8_t { kLookUp = 1, kReport = 2, kAnswer = 129 };

struct UdpHeader {
  static constexpr std::string_view kName = "udp header";
  std::array<std::byte, 4> magic = kUdpMagic;
  std::uint8_t version = kUdpVersion;
  std::uint8_t kind = 0;     // a UdpKind
  std::uint16_t status = 0;  // of an answer: 0, or the error's number; 0 in requests
  std::uint64_t number = 0;  // the client's own
  std::uint64_t time_ms = 0;
  std::array<std::byte, 16> nonce{};
  static constexpr auto kFields =
      Fields(Field{"magic", &UdpHeader::magic}, Field{"version", &UdpHeader::version},
             Field{"kind", &UdpHeader::kind}, Field{"status", &UdpHeader::status},
             Field{"number", &UdpHeader::number}, Field{"time", &UdpHeader::time_ms},
             Field{"nonce", &UdpHeader::nonce});
  bool operator==(const UdpHeader&) const = default;
};

// The body of an answer. `lines` are "service <TAB> NUMBER <TAB> NAME <TAB> ADDRESS <TAB> WEIGHT",
// as many as fit; of a failure, its text.
struct UdpAnswer {
  static constexpr std::string_view kName = "udp answer";
  OptionalTextZ<16> group;
  OptionalTextZ<kAddressesBytes> addresses;
  TailLines<kMaxPacketBytes> lines;
  static constexpr auto kFields =
      Fields(Field{"group", &UdpAnswer::group}, Field{"addresses", &UdpAnswer::addresses},
             Field{"lines", &UdpAnswer::lines});
  bool operator==(const UdpAnswer&) const = default;
};

inline constexpr std::size_t kUdpHeaderBytes = kBodySize<UdpHeader>.max;
inline constexpr std::size_t kUdpFrameBytes = kUdpHeaderBytes + sizeof(Proof);

// A packet whose proof and header are right; the body is borrowed.
struct UdpPacket {
  UdpHeader header;
  ByteView body;
};

// Header, body and proof. `pad_to`: a shorter packet gets zeros behind its body.
Bytes SealPacket(const UdpHeader& header, ByteView body, const std::optional<Secret>& secret,
                 std::size_t pad_to = 0);
// kUnauthenticated for a wrong proof, kBadRequest for anything that is no packet.
Result<UdpPacket> OpenPacket(ByteView packet, const std::optional<Secret>& secret);

template <Message M>
Bytes EncodeAlone(const M& message) {
  Bytes bytes(EncodedSize(message));
  EncodeBody(message, bytes);
  return bytes;
}

// A request's body, the padding behind it left out; kBadRequest.
template <Message M>
Result<M> DecodePadded(ByteView body) {
  constexpr std::size_t kBytes = kBodySize<M>.max;
  static_assert(kBodySize<M>.min == kBytes);
  if (body.size() < kBytes) return Error::Make(Code::kBadRequest, "{}: is cut off", M::kName);
  return DecodeBody<M>(body.first(kBytes));
}

}  // namespace yundisk::wire
