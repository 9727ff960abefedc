#include "common/base/bytes.h"

#include <gtest/gtest.h>

namespace yundisk {
namespace {

TEST(Bytes, BigEndianRoundTrip) {
  std::array<std::byte, 8> buffer;
  StoreBig<std::uint64_t>(buffer.data(), 0x0102030405060708);
  EXPECT_EQ(HexFromBytes(buffer), "0102030405060708");
  EXPECT_EQ(LoadBig<std::uint64_t>(buffer.data()), 0x0102030405060708U);
  EXPECT_EQ(LoadBig<std::uint16_t>(buffer.data()), 0x0102U);
}

TEST(Bytes, Hexadecimal) {
  EXPECT_EQ(AsText(*BytesFromHex("596Fff")).substr(0, 2), "Yo");
  EXPECT_FALSE(BytesFromHex("5").has_value());
  EXPECT_FALSE(BytesFromHex("5g").has_value());
  EXPECT_TRUE(BytesFromHex("")->empty());
}

TEST(Bytes, Utf8AcceptsEveryLengthAndTheirEdges) {
  for (const std::string_view text :
       {"", "a", "\x7f", "é", "中", "😀", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(IsUtf8(text)) << HexFromBytes(AsBytes(text));
}

TEST(Bytes, Utf8RefusesEveryWrongForm) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE4\xB8",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "a\xE4\xB8z"})
    EXPECT_FALSE(IsUtf8(text)) << HexFromBytes(AsBytes(text));
}

TEST(Bytes, ControlCharacters) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"\0"sv, "a\nb"sv, "\x1f"sv, "\x7f"sv, "\xC2\x80"sv, "\xC2\x9F"sv})
    EXPECT_TRUE(HasControlCharacter(text)) << HexFromBytes(AsBytes(text));
  for (const std::string_view text : {""sv, "a b"sv, "\xC2\xA0"sv, "中"sv})
    EXPECT_FALSE(HasControlCharacter(text)) << HexFromBytes(AsBytes(text));
}

}  // namespace
}  // namespace yundisk
