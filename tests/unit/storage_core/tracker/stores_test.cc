// The tables routes and members in a real MariaDB.
#include "storage_core/tracker/stores.h"

#include <gtest/gtest.h>

#include "tests/support/private_maria_db.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

TEST(DatabaseRouteStore, TheFirstGroupStays) {
  FakeClock clock;
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseRouteStore store(pool, clock);
  const Owner owner{"app", "\u4e91\u76d8"};
  EXPECT_EQ(*store.Find(owner), "");
  EXPECT_EQ(*store.Keep(owner, "g1"), "g1");
  EXPECT_EQ(*store.Keep(owner, "g2"), "g1");
  EXPECT_EQ(*store.Find(owner), "g1");
  EXPECT_EQ(*store.Find({"App", owner.user}), "") << "names compare bytewise";
}

TEST(DatabaseMemberStore, KeepsTheFirstJoinAndTheLastAddress) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseMemberStore store(pool);
  ASSERT_TRUE(store.Save({{"g1", "a"}, "10.0.0.1:1", 100}).ok());
  ASSERT_TRUE(store.Save({{"g1", "a"}, "[::1]:2", 200}).ok());
  ASSERT_TRUE(store.Save({{"g2", "a"}, "10.0.0.1:3", 300}).ok());
  const auto members = store.Load();
  ASSERT_TRUE(members.ok()) << members.error().message();
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ((*members)[0].name, (NodeName{"g1", "a"}));
  EXPECT_EQ((*members)[0].address, "[::1]:2");
  EXPECT_EQ((*members)[0].joined_at_s, 100U);
}

TEST(DatabaseStores, ADeadServerIsUnavailable) {
  test::PrivateMariaDb server;
  FakeClock clock;
  db::Pool pool(server.FreshDatabase());
  DatabaseRouteStore routes(pool, clock);
  DatabaseMemberStore members(pool);
  server.Kill();
  EXPECT_EQ(routes.Find({"a", "u"}).error().code(), Code::kUnavailable);
  EXPECT_EQ(members.Load().error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace yundisk::tracker
