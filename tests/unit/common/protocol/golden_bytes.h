// What tests of messages write the bytes on the wire down with, and compare them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "common/base/bytes.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk::wire {

inline std::string Hex(std::string_view digits) {
  return std::string(AsText(BytesFromHex(digits).value_or(Bytes{})));
}

inline std::string Padded(std::string text, std::size_t width) {
  text.resize(width, '\0');
  return text;
}

template <std::size_t N>
std::array<std::byte, N> Filled(unsigned char value) {
  std::array<std::byte, N> bytes;
  bytes.fill(std::byte{value});
  return bytes;
}

inline ObjectKey KeyOf(std::string_view file_id) {
  return {*Text<16>::From("yundisk"), *Text<256>::From("blobs"), *Text<128>::From(file_id)};
}

inline std::string KeyBytesOf(std::string_view file_id) {
  return Padded("yundisk", 16) + Padded("blobs", 256) + Padded(std::string(file_id), 128);
}

template <Request M>
void ExpectRequest(const M& request, std::string_view header_hex, const std::string& body) {
  Bytes frame;
  AppendRequest(frame, request);
  EXPECT_EQ(AsText(frame), Hex(header_hex) + body) << M::kName;
  const auto decoded = DecodeBody<M>(AsBytes(body));
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, request) << M::kName;
}

template <Message M>
void ExpectReply(Service service, const M& reply, std::string_view header_hex,
                 const std::string& body) {
  Bytes frame;
  AppendSuccess(frame, service, reply);
  EXPECT_EQ(AsText(frame), Hex(header_hex) + body) << M::kName;
  const auto decoded = DecodeBody<M>(AsBytes(body));
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, reply) << M::kName;
}

}  // namespace yundisk::wire
