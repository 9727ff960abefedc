// Packets of the UDP port, from any bytes: with and without a secret nothing may crash; what opens
// without one seals to the same bytes again, and never opens with one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/udp.h"

namespace yundisk::wire {
namespace {

void TryPacket(ByteView bytes) {
  CHECK(!OpenPacket(bytes, Secret{std::byte{7}}).ok());
  const auto packet = OpenPacket(bytes, std::nullopt);
  if (!packet) return;
  CHECK(std::ranges::equal(SealPacket(packet->header, packet->body, std::nullopt), bytes));
  (void)DecodePadded<ObjectKey>(packet->body);
  (void)DecodePadded<Report>(packet->body);
  (void)DecodeBody<UdpAnswer>(packet->body);
}

}  // namespace
}  // namespace yundisk::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  yundisk::wire::TryPacket(std::as_bytes(std::span(data, size)));
  return 0;
}
