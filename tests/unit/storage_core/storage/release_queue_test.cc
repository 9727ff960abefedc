#include "storage_core/storage/release_queue.h"

#include "tests/unit/storage_core/storage/group_fixture.h"

namespace yundisk::storage {
namespace {

using ReleaseQueueTest = GroupFixture;

TEST_F(ReleaseQueueTest, WhatCouldNotBeToldIsToldLater) {
  StartAll({"1a", "1b"});
  const ObjectKey key = Key("1/1");
  ASSERT_TRUE(group("1b").hidden().Hide(key.text(), group("1a").UploadingHere(1)));
  const Target target = *group("1a").peers().Find("1b");
  network_.Cut("1a", "1b");
  ReleaseQueue queue(group("1a").self());
  PeerConnections& connections = machines_.at("1a")->life->connections;
  queue.Add(target, {1, Compact(key)}, connections, scheduler_.executor());
  Pass(std::chrono::milliseconds(1500));
  EXPECT_EQ(group("1b").hidden().size(), 1U);
  network_.HealAll();
  Pass(std::chrono::milliseconds(500));
  queue.Retry(target, connections, scheduler_.executor());
  Pass(std::chrono::milliseconds(500));
  EXPECT_EQ(group("1b").hidden().size(), 0U);
}

TEST_F(ReleaseQueueTest, ManyAreToldTogether) {
  StartAll({"1a", "1b"});
  const Target target = *group("1a").peers().Find("1b");
  PeerConnections& connections = machines_.at("1a")->life->connections;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const ObjectKey key = Key("1/" + std::to_string(i));
    ASSERT_TRUE(group("1b").hidden().Hide(key.text(), group("1a").UploadingHere(i)));
    group("1a").releases().Add(target, {i, Compact(key)}, connections, scheduler_.executor());
  }
  Pass(std::chrono::milliseconds(50));
  EXPECT_EQ(group("1b").hidden().size(), 0U);
}

}  // namespace
}  // namespace yundisk::storage
