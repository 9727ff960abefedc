// The ten bytes before every request and reply. All integers on the wire are big-endian.
//
//     0        8         9        10
//     +--------+---------+--------+----------------------+
//     | length | command | status | body, `length` bytes |
//     +--------+---------+--------+----------------------+
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/base/bytes.h"

namespace yundisk::wire {

inline constexpr std::size_t kHeaderBytes = 10;

// In requests the status is 0; in replies 0 is success.
inline constexpr std::uint8_t kSuccess = 0;
inline constexpr std::uint8_t kFailure = 0xFD;

struct Header {
  std::uint64_t body_bytes = 0;
  std::uint8_t command = 0;
  std::uint8_t status = kSuccess;

  bool operator==(const Header&) const = default;
};

// Every ten bytes are a header; whether it makes sense is for FindCommand (commands.h) to say.
Header DecodeHeader(std::span<const std::byte, kHeaderBytes> from);
void EncodeHeader(const Header& header, std::span<std::byte, kHeaderBytes> to);

}  // namespace yundisk::wire
