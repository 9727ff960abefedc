#include "storage_core/id_server/block_store.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "tests/support/private_maria_db.h"

namespace yundisk::id_server {
namespace {

TEST(DatabaseBlockStore, BlocksFollowEachOther) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  DatabaseBlockStore store(pool);
  const auto first = store.Reserve("k", 10);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ(first->next, 1U);
  EXPECT_EQ(first->end, 11U);
  EXPECT_EQ(store.Reserve("k", 5)->next, 11U);
  EXPECT_EQ(store.Reserve("k", 5)->next, 16U);
  EXPECT_EQ(store.Reserve("K", 5)->next, 1U);  // bytewise: another key
}

TEST(DatabaseBlockStore, TwoServersOnOneDatabaseShareNothing) {
  const db::Options options = test::SharedMariaDb().FreshDatabase();
  db::Pool pools[2] = {db::Pool(options), db::Pool(options)};
  std::vector<std::uint64_t> starts[4];
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      DatabaseBlockStore store(pools[i % 2]);
      for (int n = 0; n < 50; ++n) {
        auto block = store.Reserve("shared", 7);
        while (!block) block = store.Reserve("shared", 7);  // a deadlock victim tries again
        starts[i].push_back(block->next);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::uint64_t> all;
  for (const auto& list : starts) all.insert(list.begin(), list.end());
  EXPECT_EQ(all.size(), 200U);
  for (const std::uint64_t start : all) EXPECT_EQ(start % 7, 1U);
}

TEST(DatabaseBlockStore, TheLastNumberIsTheLast) {
  db::Pool pool(test::SharedMariaDb().FreshDatabase());
  {
    const auto session = pool.Acquire();
    ASSERT_TRUE((*session)
                    ->Execute("INSERT INTO id_blocks VALUES ('k', ?)", {std::uint64_t{kMaxId - 4}})
                    .ok());
  }
  DatabaseBlockStore store(pool);
  EXPECT_EQ(store.Reserve("k", 5)->end, kMaxId + 1);
  const auto over = store.Reserve("k", 1);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().code(), Code::kOutOfRange);
}

TEST(DatabaseBlockStore, BlocksSurviveAKilledDatabase) {
  test::PrivateMariaDb server;
  const db::Options options = server.FreshDatabase();
  db::Pool pool(options);
  DatabaseBlockStore store(pool);
  const std::uint64_t end = store.Reserve("k", 100)->end;
  server.Kill();
  EXPECT_EQ(store.Reserve("k", 1).error().code(), Code::kUnavailable);
  server.Start();
  EXPECT_EQ(store.Reserve("k", 1)->next, end);
}

}  // namespace
}  // namespace yundisk::id_server
