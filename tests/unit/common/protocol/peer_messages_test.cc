// Golden bytes of what members say to each other, written out here by hand.
#include "common/protocol/peer_messages.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/common/protocol/golden_bytes.h"

namespace yundisk::wire {
namespace {

ObjectKey Key() { return KeyOf("1/42"); }

CompactKey ShortKey() {
  return {*CountedText<16>::From("yundisk"), *CountedText<256>::From("blobs"),
          *CountedText<128>::From("1/42")};
}

const std::string kKeyBytes = KeyBytesOf("1/42");
const std::string kShortKeyBytes =
    Hex("0007") + "yundisk" + Hex("0005") + "blobs" + Hex("0004") + "1/42";
const std::string kSenderBytes = Padded("1a", 129) + Hex("0102030405060708");

PeerName Sender() { return {*TextZ<128>::From("1a"), 0x0102030405060708}; }

TEST(PeerGoldenBytes, Changes) {
  ExpectRequest(Changes{Sender(), Filled<16>(0xAB), {3, 8192}, 2000}, "00000000000000ad5000",
                kSenderBytes + std::string(16, '\xAB') + Hex("0000000000000003") +
                    Hex("0000000000002000") + Hex("000007d0"));
  ChangesRead read;
  read.log = Filled<16>(0xAB);
  read.incarnation = 9;
  read.in_step = 1;
  read.next = {3, 8200};
  read.end = {4, 9000};
  read.left = 6;
  read.left_seconds = 7;
  read.rows.items = {{ShortKey(), 0, 5, Filled<32>(0xCD)}, {ShortKey(), 1, 0, {}}};
  ExpectReply(Service::kStorage, read, "00000000000000c36600",
              std::string(16, '\xAB') + Hex("0000000000000009") + Hex("01") +
                  Hex("0000000000000003") + Hex("0000000000002008") + Hex("0000000000000004") +
                  Hex("0000000000002328") + Hex("0000000000000006") + Hex("00000007") +
                  kShortKeyBytes + Hex("00") + Hex("0000000000000005") + std::string(32, '\xCD') +
                  kShortKeyBytes + Hex("01") + Hex("0000000000000000") + std::string(32, '\0'));
}

TEST(PeerGoldenBytes, Store) {
  // The length of the frame covers the content and its trailer, which follow.
  const Store store{Sender(), 7, Key(), 5 + kStoreTrailerBytes};
  ExpectRequest(store, "000000000000024e5100",
                kSenderBytes + Hex("0000000000000007") + kKeyBytes + Hex("0000000000000025"));
}

TEST(PeerGoldenBytes, Release) {
  ExpectRequest(Release{Sender(), {{{7, ShortKey()}, {8, ShortKey()}}}}, "00000000000000c55200",
                kSenderBytes + Hex("0000000000000007") + kShortKeyBytes + Hex("0000000000000008") +
                    kShortKeyBytes);
}

TEST(PeerGoldenBytes, Bury) { ExpectRequest(Bury{Key()}, "00000000000001905300", kKeyBytes); }

TEST(PeerGoldenBytes, Fetch) {
  ExpectRequest(Fetch{Key(), 1, 2}, "00000000000001a05400",
                kKeyBytes + Hex("0000000000000001") + Hex("0000000000000002"));
}

TEST(PeerGoldenBytes, LookUp) {
  ExpectRequest(LookUp{Key()}, "00000000000001905500", kKeyBytes);
  ExpectReply(Service::kStorage, LookedUp{KeyState::kThere, Filled<32>(0xEF)},
              "00000000000000216600", Hex("01") + std::string(32, '\xEF'));
}

TEST(PeerMessages, ListsAreReadStrictly) {
  const std::string start = kSenderBytes + Hex("0000000000000007");
  for (const std::string& rest :
       {kShortKeyBytes + Hex("00"), kShortKeyBytes.substr(1), Hex("0000"), Hex("0001"),
        Hex("0011") + std::string(17, 'a') + Hex("000161") + Hex("000161")})
    EXPECT_FALSE(DecodeBody<Release>(AsBytes(start + rest)).ok()) << HexFromBytes(AsBytes(rest));
  EXPECT_TRUE(DecodeBody<Release>(AsBytes(start + kShortKeyBytes)).ok());
  EXPECT_TRUE(DecodeBody<Release>(AsBytes(kSenderBytes))->copies.items.empty());
}

}  // namespace
}  // namespace yundisk::wire
