#include "common/net/input_buffer.h"

#include <string>

#include <gtest/gtest.h>

namespace yundisk::net {
namespace {

void Put(InputBuffer& buffer, std::string_view text, std::size_t want) {
  const MutableByteView space = buffer.Space(want);
  ASSERT_GE(space.size(), text.size());
  std::ranges::copy(AsBytes(text), space.begin());
  buffer.Added(text.size());
}

TEST(InputBuffer, GivesBackWhatWasPut) {
  InputBuffer buffer;
  Put(buffer, "header", 10);
  Put(buffer, "body", 10);
  EXPECT_EQ(AsText(buffer.view()), "headerbody");
  buffer.Consume(6);
  EXPECT_EQ(AsText(buffer.view()), "body");
  EXPECT_EQ(buffer.size(), 4U);
}

TEST(InputBuffer, ConsumedBytesStayReadable) {
  InputBuffer buffer;
  Put(buffer, "header", 10);
  const ByteView taken = buffer.view();
  buffer.Consume(6);
  EXPECT_EQ(AsText(taken), "header");
}

TEST(InputBuffer, GrowsAroundItsBytesAndShrinksAgain) {
  InputBuffer buffer;
  constexpr std::size_t kLarge = 100000;
  Put(buffer, "used", 10);
  Put(buffer, "kept", 10);
  buffer.Consume(4);
  Put(buffer, std::string(kLarge, 'x'), 4 + kLarge);
  EXPECT_EQ(AsText(buffer.view().first(5)), "keptx");
  EXPECT_EQ(buffer.size(), 4 + kLarge);
  buffer.Shrink();
  EXPECT_EQ(buffer.size(), 4 + kLarge) << "what is in use stays";
  buffer.Consume(kLarge);
  buffer.Shrink();
  EXPECT_EQ(AsText(buffer.view()), "xxxx");
  EXPECT_LE(buffer.Space(10).size(), InputBuffer::kUsualBytes);
}

TEST(InputBuffer, MovesItsBytesForwardWhenTheEndIsReached) {
  InputBuffer buffer;
  Put(buffer, std::string(InputBuffer::kUsualBytes - 2, 'x') + "ab", InputBuffer::kUsualBytes);
  buffer.Consume(InputBuffer::kUsualBytes - 2);
  EXPECT_EQ(buffer.Space(10).size(), InputBuffer::kUsualBytes - 2);
  EXPECT_EQ(AsText(buffer.view()), "ab");
}

TEST(InputBuffer, WorksOnAfterItsMemoryWasGivenBack) {
  InputBuffer buffer;
  buffer.Space(1)[0] = std::byte{1};
  buffer.Added(1);
  buffer.Consume(1);
  buffer.Release();
  EXPECT_GE(buffer.Space(100).size(), 100U);
  buffer.Space(1)[0] = std::byte{2};
  buffer.Added(1);
  EXPECT_EQ(buffer.view()[0], std::byte{2});
}

}  // namespace
}  // namespace yundisk::net
