#include "common/database/announcement.h"

#include <gtest/gtest.h>

#include "tests/support/private_maria_db.h"

namespace yundisk::db {
namespace {

// The columns of the table's one row, once there is one.
Row AwaitRow(Pool& pool) {
  while (true) {
    const auto session = pool.Acquire().value();
    const auto rows = session
                          ->Query(
                              "SELECT number, name, address, weight, enabled, "
                              "UNIX_TIMESTAMP() - announced_at FROM services",
                              {})
                          .value();
    if (!rows.empty()) return rows.front();
    std::this_thread::yield();
  }
}

TEST(Announcement, WritesItsRow) {
  Pool pool(test::SharedMariaDb().FreshDatabase());
  const Announcement announcement(pool, {1, "tracker", "127.0.0.1:21000"});
  const Row row = AwaitRow(pool);
  EXPECT_EQ(row.Unsigned(0), 1U);
  EXPECT_EQ(row.Text(1), "tracker");
  EXPECT_EQ(row.Text(2), "127.0.0.1:21000");
  EXPECT_LT(row.Int(5), 60);
}

TEST(Announcement, LeavesWhatAnOperatorSaid) {
  Pool pool(test::SharedMariaDb().FreshDatabase());
  ASSERT_TRUE(pool.Acquire()
                  .value()
                  ->Execute("INSERT INTO services (number, address, name, weight, enabled, "
                            "announced_at) VALUES (1, 'a:1', 'tracker', 7, FALSE, 5)")
                  .ok());
  const Announcement announcement(pool, {1, "tracker", "a:1"});
  while (AwaitRow(pool).Int(5) > 60) std::this_thread::yield();
  const Row row = AwaitRow(pool);
  EXPECT_EQ(row.Unsigned(3), 7U);
  EXPECT_EQ(row.Unsigned(4), 0U);
}

TEST(Announcement, EndsAtOnceWhileTheDatabaseIsAway) {
  test::PrivateMariaDb server;
  Pool pool(server.FreshDatabase());
  server.Kill();
  const auto start = std::chrono::steady_clock::now();
  { const Announcement announcement(pool, {1, "tracker", "a:1"}); }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace yundisk::db
