#include "storage_core/cli/group_list.h"

#include <gtest/gtest.h>

namespace yundisk::cli {
namespace {

constexpr std::string_view kText =
    "groups\t2\n"
    "group\tg1\t2\t1\tfuture\n"
    "storage\t1.0\ts1\t127.0.0.1:23000\t1000\t900\t1090\t2\t77\n"
    "storage\t1.0\ts2\t[::1]:23001\t1000\t0\t0\t0\n"
    "weather\tfine\n"
    "group\tg2\t0\t0\n";

TEST(GroupList, ReadsGroupsAndStoragesAndSkipsWhatItDoesNotKnow) {
  const auto list = ParseGroupList(kText);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->groups.size(), 2U);
  EXPECT_EQ(list->groups[0].active, 1U);
  ASSERT_EQ(list->storages.size(), 2U);
  EXPECT_EQ(list->storages[0].state, "ACTIVE");
  EXPECT_EQ(list->storages[1].group, "g1");
  EXPECT_EQ(list->storages[1].address, "[::1]:23001");
}

TEST(GroupList, TablesLineUp) {
  const auto list = ParseGroupList(kText);
  EXPECT_EQ(GroupTable(*list),
            "GROUP  STORAGES  ACTIVE  FREE  USED  FULL\n"
            "g1     2         1       -     -     -\n"
            "g2     0         0       -     -     -\n");
  const std::string nodes = NodeTable(*list, 1100);
  EXPECT_NE(nodes.find("s1    127.0.0.1:23000  ACTIVE   1.0      100s ago  3m ago"),
            std::string::npos)
      << nodes;
  EXPECT_NE(nodes.find("never"), std::string::npos);
}

TEST(GroupList, LoadAndStandingAreReadWhereThereIsOne) {
  const auto list = ParseGroupList(
      "group\tg\t2\t2\n"
      "storage\t1\ta\t127.0.0.1:1\t1\t1\t1\t2\t2048\t1024\t3\tdraining\tout\tfuture\n"
      "storage\t1\tb\t127.0.0.1:2\t1\t1\t1\t2\t-\t-\t-\tactive\toffered\t7\t3\n");
  ASSERT_TRUE(list.ok());
  ASSERT_TRUE(list->storages[0].load.has_value());
  EXPECT_EQ(list->storages[0].load->free_bytes, 2048U);
  EXPECT_FALSE(list->storages[1].load.has_value());
  EXPECT_NE(NodeTable(*list, 1).find("2.0 KiB  1.0 KiB  3          draining  out"),
            std::string::npos);
  EXPECT_EQ(list->storages[1].standing, "active");
  EXPECT_TRUE(list->storages[1].offered);
  EXPECT_EQ(list->storages[1].lag->changes.value(), 7U);
  EXPECT_EQ(list->storages[1].lag->seconds, 3U);
  EXPECT_EQ(ToJson(*list, 1)["storages"][0]["requests_in_flight"].asUInt64(), 3U);
}

TEST(GroupList, AGroupIsAsFullAsItsFullestStorage) {
  const auto list = ParseGroupList(
      "group\tg\t3\t3\n"
      "storage\t1\ta\t127.0.0.1:1\t1\t1\t1\t2\t4096\t1024\t0\tactive\toffered\t-\t-\n"
      "storage\t1\tb\t127.0.0.1:2\t1\t1\t1\t2\t3072\t1000\t0\tactive\toffered\t-\t-\n"
      "storage\t1\tc\t127.0.0.1:3\t1\t1\t1\t2\t1\t9999\t0\tdraining\toffered\t-\t-\n");
  EXPECT_EQ(GroupTable(*list),
            "GROUP  STORAGES  ACTIVE  FREE     USED     FULL\n"
            "g      3         3       3.0 KiB  1.0 KiB  25 %\n");
  EXPECT_EQ(ToJson(*list, 1)["groups"][0]["free_bytes"].asUInt64(), 3072U);
}

TEST(GroupList, BehindIsWhatTheStorageToldUnlessItIsAway) {
  const auto list = ParseGroupList(
      "group\tg\t4\t2\n"
      "storage\t1\ta\t127.0.0.1:1\t1\t1\t990\t2\t1\t1\t0\tactive\toffered\t0\t0\n"
      "storage\t1\tb\t127.0.0.1:2\t1\t1\t990\t2\t1\t1\t0\tactive\toffered\t1\t70\n"
      "storage\t1\tc\t127.0.0.1:3\t1\t1\t700\t0\t1\t1\t0\tactive\toffered\t0\t0\n"
      "storage\t-\td\t127.0.0.1:4\t0\t0\t0\t0\t-\t-\t-\tactive\toffered\t-\t-\n"
      "group\tlone\t1\t0\n"
      "storage\t1\te\t127.0.0.1:5\t1\t1\t700\t0\t1\t1\t0\tactive\toffered\t-\t-\n");
  const std::string nodes = NodeTable(*list, 1000);
  for (const char* end : {"yes      0\n", "1 change, 70s\n", "? changes, 5m\n", "yes      -\n"})
    EXPECT_NE(nodes.find(end), std::string::npos) << end << nodes;
  const Json::Value json = ToJson(*list, 1000)["storages"];
  EXPECT_EQ(json[1]["behind_changes"].asUInt64(), 1U);
  EXPECT_FALSE(json[2].isMember("behind_changes"));
  EXPECT_EQ(json[2]["behind_seconds"].asUInt64(), 300U);
  EXPECT_FALSE(json[3].isMember("behind_seconds"));
  EXPECT_FALSE(json[4].isMember("behind_seconds"));
}

TEST(GroupList, NonsenseIsAnError) {
  EXPECT_FALSE(ParseGroupList("group\tg1\tmany\t0\n").ok());
  EXPECT_FALSE(ParseGroupList("storage\t1\ts\ta:1\t1\t1\t1\t2\n").ok());
}

TEST(GroupList, Json) {
  const Json::Value json = ToJson(*ParseGroupList(kText), 1100);
  EXPECT_EQ(json["groups"].size(), 2U);
  EXPECT_EQ(json["storages"][0]["beat_time"].asUInt64(), 1090U);
}

}  // namespace
}  // namespace yundisk::cli
