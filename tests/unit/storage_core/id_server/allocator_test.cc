#include "storage_core/id_server/allocator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace yundisk::id_server {
namespace {

// Counts like the database, in memory.
class CountingStore final : public BlockStore {
 public:
  Result<Block> Reserve(std::string_view key, std::uint32_t count) override {
    auto counters = counters_.Lock();
    ++reservations;
    if (down) return Error(Code::kUnavailable, "the database is down");
    auto [at, added] = counters->try_emplace(std::string(key), 1);
    const Block block{at->second, at->second + count};
    at->second += count;
    return block;
  }

  std::atomic<bool> down = false;
  std::atomic<int> reservations = 0;

 private:
  Guarded<std::map<std::string, std::uint64_t, std::less<>>> counters_;
};

void AtOnce(const std::function<void()>& work) { work(); }
void Never(const std::function<void()>&) {}

TEST(Allocator, CountsUpFromOne) {
  CountingStore store;
  Allocator allocator(store, AtOnce, {.block_size = 4, .max_keys = 10});
  for (std::uint64_t id = 1; id <= 50; ++id) {
    const auto block = allocator.Take("k", 1);
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(block->next, id);
    EXPECT_EQ(block->size(), 1U);
  }
}

TEST(Allocator, KeysCountOnTheirOwn) {
  CountingStore store;
  Allocator allocator(store, AtOnce, {});
  EXPECT_EQ(allocator.Take("a", 1)->next, 1U);
  EXPECT_EQ(allocator.Take("b", 1)->next, 1U);
  EXPECT_EQ(allocator.Take("a", 1)->next, 2U);
}

TEST(Allocator, AnAnswerMayBeShorterThanAskedButNeverEmpty) {
  CountingStore store;
  Allocator allocator(store, Never, {.block_size = 10, .max_keys = 10});
  EXPECT_EQ(allocator.Take("k", 7)->size(), 7U);
  EXPECT_EQ(allocator.Take("k", 7)->size(), 3U);
  EXPECT_EQ(allocator.Take("k", 7)->size(), 7U);
}

TEST(Allocator, InHandNeverAsksTheStore) {
  CountingStore store;
  Allocator allocator(store, Never, {.block_size = 4, .max_keys = 10});
  EXPECT_FALSE(allocator.TakeInHand("k", 1).has_value());
  EXPECT_EQ(store.reservations, 0);
}

TEST(Allocator, AReserveBridgesADatabaseThatIsAway) {
  CountingStore store;
  Allocator allocator(store, AtOnce, {.block_size = 10, .max_keys = 10});
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(allocator.Take("k", 1).ok());  // reserves ahead
  store.down = true;
  for (int i = 0; i < 14; ++i) ASSERT_TRUE(allocator.Take("k", 1).ok());
  const auto empty = allocator.Take("k", 1);
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().code(), Code::kUnavailable);
  store.down = false;
  EXPECT_EQ(allocator.Take("k", 1)->next, 21U);
}

TEST(Allocator, ManyKeysAreForgottenButNeverRepeated) {
  CountingStore store;
  Allocator allocator(store, AtOnce, {.block_size = 4, .max_keys = 3});
  std::map<std::string, std::uint64_t> last;
  for (int round = 0; round < 20; ++round) {
    for (int key = 0; key < 7; ++key) {
      const std::string name = std::to_string(key);
      const std::uint64_t id = allocator.Take(name, 1)->next;
      EXPECT_GT(id, last[name]);
      last[name] = id;
    }
  }
}

TEST(Allocator, ManyThreadsGetEveryIdOnceAndInOrder) {
  CountingStore store;
  Allocator allocator(store, AtOnce, {.block_size = 64, .max_keys = 2});
  constexpr int kThreads = 8;
  constexpr int kDraws = 2000;
  std::vector<std::vector<std::uint64_t>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (auto& ids : drawn) {
    threads.emplace_back([&allocator, &ids] {
      for (int i = 0; i < kDraws; ++i)
        ids.push_back(allocator.Take(i % 3 == 0 ? "a" : "b", 1)->next);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool first_key : {true, false}) {
    std::set<std::uint64_t> seen;
    std::size_t count = 0;
    for (const auto& ids : drawn) {
      std::uint64_t last = 0;
      for (int i = 0; i < kDraws; ++i) {
        if ((i % 3 == 0) != first_key) continue;
        const std::uint64_t id = ids[static_cast<std::size_t>(i)];
        EXPECT_GT(id, last);
        last = id;
        seen.insert(id);
        ++count;
      }
    }
    EXPECT_EQ(seen.size(), count);
  }
}

}  // namespace
}  // namespace yundisk::id_server
