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

TEST(DatabaseMemberStore, StandingsAreKeptAndARemovedProcessStaysRemoved) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseMemberStore store(pool);
  const NodeName name{"g1", "a"};
  const auto standing = [&] { return store.Load().value().at(0).standing; };
  EXPECT_EQ(store.SetStanding(name, Standing::kDraining).error().code(), Code::kNotFound);
  ASSERT_TRUE(store.Save({name, "10.0.0.1:1", 100, 1000}).ok());
  EXPECT_EQ(standing(), Standing::kActive);
  ASSERT_TRUE(store.SetStanding(name, Standing::kDraining).ok());
  ASSERT_TRUE(store.SetStanding(name, Standing::kDraining).ok()) << "again";
  ASSERT_TRUE(store.Save({name, "10.0.0.1:2", 100, 1001}).ok());
  EXPECT_EQ(standing(), Standing::kDraining) << "a restart does not end it";
  ASSERT_TRUE(store.SetStanding(name, Standing::kRemoved).ok());
  EXPECT_EQ(store.SetStanding(name, Standing::kActive).error().code(), Code::kNotFound);

  ASSERT_TRUE(store.Save({name, "10.0.0.1:3", 100, 1001}).ok());
  EXPECT_EQ(standing(), Standing::kRemoved);
  EXPECT_EQ(store.Load()->at(0).address, "10.0.0.1:2");
  ASSERT_TRUE(store.Save({name, "10.0.0.1:4", 100, 1002}).ok());
  EXPECT_EQ(standing(), Standing::kActive);
  EXPECT_EQ(store.Load()->at(0).address, "10.0.0.1:4");
  EXPECT_EQ(store.Load()->at(0).started_at_s, 1002U);
}

TEST(DatabaseDirectoryStore, ReadsGroupsAndEnabledServices) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseDirectoryStore store(pool);
  EXPECT_TRUE(store.Load()->groups.empty());
  {
    const auto session = pool.Acquire().value();
    ASSERT_TRUE(session
                    ->Execute("INSERT INTO storage_groups (group_name, region, reserve_bytes) "
                              "VALUES ('g1', 'east', 4096)")
                    .ok());
    ASSERT_TRUE(
        session
            ->Execute("INSERT INTO services (number, address, name, weight, enabled) VALUES "
                      "(2, '10.0.0.1:9', 'live', 1, TRUE), (1, '10.0.0.1:8', 'id', 1, TRUE), "
                      "(1, '10.0.0.2:8', 'id', 5, TRUE), (1, '10.0.0.3:8', 'id', 9, FALSE)")
            .ok());
  }
  const auto tables = store.Load();
  ASSERT_TRUE(tables.ok()) << tables.error().message();
  EXPECT_EQ(tables->groups.at("g1").region, "east");
  EXPECT_EQ(tables->groups.at("g1").reserve_bytes, 4096U);
  ASSERT_EQ(tables->services.size(), 3U);
  EXPECT_EQ(tables->services[0].address, "10.0.0.2:8");
  EXPECT_EQ(tables->services[0].weight, 5U);
  EXPECT_EQ(tables->services[2].name, "live");
}

TEST(DatabaseDirectoryStore, ServicesThatFellSilentAreLeftOut) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseDirectoryStore store(pool);
  ASSERT_TRUE(pool.Acquire()
                  .value()
                  ->Execute("INSERT INTO services (number, address, name, announced_at) VALUES "
                            "(1, 'old:1', 'tracker', UNIX_TIMESTAMP() - 3700), "
                            "(1, 'fresh:1', 'tracker', UNIX_TIMESTAMP() - 3500), "
                            "(1, 'operators:1', 'tracker', NULL)")
                  .ok());
  const auto services = store.Load()->services;
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].address, "fresh:1");
  EXPECT_EQ(services[1].address, "operators:1");
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
