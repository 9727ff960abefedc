#include "cgi/disk/peer_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

namespace yundisk::disk {
namespace {

TEST(PeerAddresses, AreSignedForAMoment) {
  const SystemClock clock;
  const PeerAddresses addresses(wire::Secret{}, clock);
  const std::string address = addresses.Of("2/7", "影.mp4");
  ASSERT_THAT(address, testing::StartsWith("group_2/2/7/%E5%BD%B1.mp4?"));
  const auto verified =
      client::UrlSigner(wire::Secret{})
          .Verify(address.substr(address.find('/')), {SecondsSince1970(clock.Now()), 60});
  ASSERT_TRUE(std::holds_alternative<client::ObjectUrl>(verified));
  EXPECT_EQ(std::get<client::ObjectUrl>(verified).user, "blobs");
}

TEST(PeerAddresses, AreNoneWhereNothingCanBeSigned) {
  const SystemClock clock;
  EXPECT_EQ(PeerAddresses(std::nullopt, clock).Of("2/7", "a"), "");
  EXPECT_EQ(PeerAddresses(wire::Secret{}, clock).Of("no group", "a"), "");
}

}  // namespace
}  // namespace yundisk::disk
