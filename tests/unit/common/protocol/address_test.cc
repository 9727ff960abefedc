#include "common/protocol/address.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yundisk::wire {
namespace {

using testing::ElementsAre;

TEST(Address, ParsesHostsAndPorts) {
  EXPECT_EQ(ParseHostPort("127.0.0.1:21000").value(), (HostPort{"127.0.0.1", 21000}));
  EXPECT_EQ(ParseHostPort("[::1]:1").value(), (HostPort{"::1", 1}));
  EXPECT_EQ(ParseHostPort("tracker.example:65535").value(), (HostPort{"tracker.example", 65535}));
  EXPECT_EQ(ParseHostPort("localhost:0").value(), (HostPort{"localhost", 0}));
}

TEST(Address, RefusesEverythingElse) {
  for (const std::string_view text : {"", ":", "a", "a:", ":1", "a:65536", "a:-1", "a:1x", "::1:80",
                                      "[::1]", "[::1]:", "[a]:1", "[]:1", "a b:1", "a;:1"})
    EXPECT_FALSE(ParseHostPort(text).ok()) << text;
  EXPECT_FALSE(ParseHostPort(std::string(300, 'a') + ":1").ok());
}

TEST(Address, WhereOthersReachUs) {
  EXPECT_EQ(AddressForOthers("", "127.0.0.1:0", 21000), "127.0.0.1:21000");
  EXPECT_EQ(AddressForOthers("", "[::1]:21000", 21000), "[::1]:21000");
  EXPECT_EQ(AddressForOthers("t.example:9", "0.0.0.0:21000", 21000), "t.example:9");
  for (const std::string_view all : {"0.0.0.0:21000", "[::]:21000"})
    EXPECT_EQ(AddressForOthers("", all, 21000), "") << all;
}

TEST(Address, WritesIpv6InBrackets) {
  EXPECT_EQ(ToString({"::1", 23000}), "[::1]:23000");
  EXPECT_EQ(ToString({"10.0.0.1", 23000}), "10.0.0.1:23000");
}

TEST(Address, Loopback) {
  for (const std::string_view host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE(IsLoopback(host)) << host;
  for (const std::string_view host : {"10.0.0.1", "0.0.0.0", "::", "127.evil.example", "128.0.0.1"})
    EXPECT_FALSE(IsLoopback(host)) << host;
}

TEST(Address, ListsRoundTrip) {
  const std::vector<std::string> addresses{"127.0.0.1:1", "[::1]:2"};
  const auto list = JoinAddresses(addresses);
  EXPECT_EQ(list.view(), "127.0.0.1:1;[::1]:2;");
  EXPECT_THAT(ParseAddresses(list.view()).value(), ElementsAre("127.0.0.1:1", "[::1]:2"));
}

TEST(Address, ListsAreOneToThree) {
  for (const std::string_view list : {"", ";", "1.1.1.1:1", "a:1;b:2;c:3;d:4;", "a:1;;"})
    EXPECT_FALSE(ParseAddresses(list).ok()) << list;
  EXPECT_EQ(ParseAddresses("a:1;b:2;c:3;").value().size(), 3U);
}

TEST(Address, ThreeLongestFit) {
  const std::string longest = "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535";
  const std::vector<std::string> addresses(kMaxAddresses, longest);
  EXPECT_EQ(JoinAddresses(addresses).size(), 3 * (longest.size() + 1));
}

TEST(Address, GroupOfFileIds) {
  EXPECT_EQ(GroupOfFileId("g1/42"), "g1");
  EXPECT_EQ(GroupOfFileId("g1/a/b"), "g1");
  for (const std::string_view id : {"42", "/42", "g1/", "", "a-group-name-17-b/42"})
    EXPECT_EQ(GroupOfFileId(id), "") << id;
}

TEST(Affinity, BucketsAreFixedAndAllUsed) {
  EXPECT_EQ(AffinityHash("a", ""), 0xED8170DE1919A24DU) << "all must agree on it";
  EXPECT_EQ(AffinityHash("ab", ""), AffinityHash("a", "b"));
  std::set<std::uint64_t> buckets;
  for (int i = 0; i < 1000; ++i) buckets.insert(AffinityBucket("g1/" + std::to_string(i)));
  EXPECT_EQ(buckets.size(), kAffinityBuckets);
}

}  // namespace
}  // namespace yundisk::wire
