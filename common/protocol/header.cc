#include "common/protocol/header.h"

namespace yundisk::wire {

Header DecodeHeader(std::span<const std::byte, kHeaderBytes> from) {
  return Header{LoadBig<std::uint64_t>(from.data()), std::to_integer<std::uint8_t>(from[8]),
                std::to_integer<std::uint8_t>(from[9])};
}

void EncodeHeader(const Header& header, std::span<std::byte, kHeaderBytes> to) {
  StoreBig(to.data(), header.body_bytes);
  to[8] = std::byte{header.command};
  to[9] = std::byte{header.status};
}

}  // namespace yundisk::wire
