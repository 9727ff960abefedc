// Bytes: views and owned buffers, big-endian integers, hexadecimal. Pure functions; any thread.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yundisk {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;
using Sha256 = std::array<std::byte, 32>;

template <std::unsigned_integral T>
constexpr T HostFromBig(T value) {
  if constexpr (sizeof(T) == 1 || std::endian::native == std::endian::big) return value;
  if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(value));
  if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(value));
  if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(value));
}

// Reads a big-endian integer; `from` holds at least sizeof(T) bytes.
template <std::unsigned_integral T>
T LoadBig(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return HostFromBig(value);
}

template <std::unsigned_integral T>
void StoreBig(std::byte* to, T value) {
  value = HostFromBig(value);
  std::memcpy(to, &value, sizeof value);
}

inline ByteView AsBytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lower-case hexadecimal, two digits a byte.
std::string HexFromBytes(ByteView bytes);
// Accepts both cases; empty when a character is no digit or the count is odd.
std::optional<Bytes> BytesFromHex(std::string_view hex);

// True when `text` is well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlong forms).
bool IsUtf8(std::string_view text);
// True when `text` holds a C0 control, DEL, or a C1 control (U+0080 to U+009F). `text` is UTF-8.
bool HasControlCharacter(std::string_view text);

}  // namespace yundisk
