#include "cgi/disk/listing_cursor.h"

#include <gtest/gtest.h>

#include "cgi/disk/base64.h"

namespace yundisk::disk {
namespace {

TEST(ListingCursor, ComesBackAsItWas) {
  const ListingPosition position{NodeKind::kFile, std::string("a\0b", 3), 42};
  const ListingPosition back = DecodeCursor(EncodeCursor(7, position), 7).value();
  EXPECT_EQ(back.kind, position.kind);
  EXPECT_EQ(back.sort_key, position.sort_key);
  EXPECT_EQ(back.id, position.id);
}

TEST(ListingCursor, AnythingElseIsRefused) {
  const std::string good = EncodeCursor(7, {NodeKind::kFolder, "key", 42});
  EXPECT_FALSE(DecodeCursor(good, 8).ok());
  EXPECT_FALSE(DecodeCursor("", 7).ok());
  EXPECT_FALSE(DecodeCursor("!", 7).ok());
  EXPECT_FALSE(DecodeCursor(good + "=", 7).ok());
  EXPECT_FALSE(DecodeCursor(std::string(100'000, 'A'), 7).ok());
  for (std::size_t size = 0; size < 18; ++size)
    EXPECT_FALSE(DecodeCursor(Base64UrlEncode(Bytes(size, std::byte{1})), 7).ok()) << size;
  Bytes bytes = Base64UrlDecode(good, 100).value();
  bytes[9] = std::byte{2};  // no such kind
  EXPECT_FALSE(DecodeCursor(Base64UrlEncode(bytes), 7).ok());
}

}  // namespace
}  // namespace yundisk::disk
