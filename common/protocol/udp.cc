#include "common/protocol/udp.h"

#include <algorithm>

#include "common/base/check.h"

namespace yundisk::wire {

Bytes SealPacket(const UdpHeader& header, ByteView body, const std::optional<Secret>& secret,
                 std::size_t pad_to) {
  const std::size_t size = std::max(kUdpFrameBytes + body.size(), pad_to);
  CHECK(size <= kMaxPacketBytes);
  Bytes packet(size);
  const MutableByteView all(packet);
  EncodeBody(header, all.first(kUdpHeaderBytes));
  std::ranges::copy(body, all.subspan(kUdpHeaderBytes).begin());
  const std::size_t covered = size - sizeof(Proof);
  if (secret)
    std::ranges::copy(PacketProof(*secret, all.first(covered)), all.subspan(covered).begin());
  return packet;
}

Result<UdpPacket> OpenPacket(ByteView packet, const std::optional<Secret>& secret) {
  if (packet.size() < kUdpFrameBytes || packet.size() > kMaxPacketBytes)
    return Error::Make(Code::kBadRequest, "a packet of {} bytes", packet.size());
  TRY(const UdpHeader header, DecodeBody<UdpHeader>(packet.first(kUdpHeaderBytes)));
  if (header.magic != kUdpMagic || header.version != kUdpVersion)
    return Error(Code::kBadRequest, "a packet of another protocol or version");
  const std::size_t covered = packet.size() - sizeof(Proof);
  Proof proof;
  std::ranges::copy(packet.subspan(covered), proof.begin());
  const Proof expected = secret ? PacketProof(*secret, packet.first(covered)) : Proof{};
  if (!SameProof(proof, expected))
    return Error(Code::kUnauthenticated, "a packet whose proof is wrong");
  return UdpPacket{header, packet.first(covered).subspan(kUdpHeaderBytes)};
}

}  // namespace yundisk::wire
