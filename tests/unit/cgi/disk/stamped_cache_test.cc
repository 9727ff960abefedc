#include "cgi/disk/stamped_cache.h"

#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace yundisk::disk {
namespace {

using Cache = StampedCache<std::string, int>;
constexpr std::size_t kRoomy = 1 << 20;

TEST(StampedCache, ServesOnlyUnderTheSameStamp) {
  test::ManualClock clock;
  Cache cache(kRoomy, clock);
  cache.Insert("k", 1, 0, 5);
  EXPECT_EQ(cache.Find("k", 5), 1);
  EXPECT_EQ(cache.Find("k", 6), std::nullopt);
  EXPECT_EQ(cache.FindOutdated("k", 6), std::nullopt);
  EXPECT_EQ(cache.Find("other", 5), std::nullopt);
}

TEST(StampedCache, EntriesGrowOld) {
  test::ManualClock clock;
  Cache cache(kRoomy, clock);
  cache.Insert("k", 1, 0, 5);
  clock.Advance(kCacheMaxAge);
  EXPECT_EQ(cache.Find("k", 5), 1);
  clock.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(cache.Find("k", 5), std::nullopt);
  EXPECT_EQ(cache.FindOutdated("k", 5), 1);
}

TEST(StampedCache, ReplacesAndErases) {
  test::ManualClock clock;
  Cache cache(kRoomy, clock);
  cache.Insert("k", 1, 0, 5);
  cache.Insert("k", 2, 0, 6);
  EXPECT_EQ(cache.Find("k", 6), 2);
  cache.Erase("k");
  EXPECT_EQ(cache.Find("k", 6), std::nullopt);
}

TEST(StampedCache, TheBytesAreBounded) {
  test::ManualClock clock;
  using Held = StampedCache<int, std::shared_ptr<const std::string>>;
  constexpr std::size_t kValue = 1000;
  Held cache(Held::kShards * 10 * (kValue + Held::kEntryOverheadBytes), clock);
  std::vector<std::weak_ptr<const std::string>> all;
  for (int i = 0; i < 2000; ++i) {
    auto value = std::make_shared<const std::string>(kValue, 'x');
    all.push_back(value);
    cache.Insert(i, std::move(value), kValue, 1);
  }
  std::size_t alive = 0;
  for (const auto& value : all)
    if (!value.expired()) ++alive;
  EXPECT_LE(alive, Held::kShards * 10);
  EXPECT_GE(alive, Held::kShards * 5);
}

TEST(StampedCache, WhatIsUsedStays) {
  test::ManualClock clock;
  Cache cache(Cache::kShards * 4 * Cache::kEntryOverheadBytes, clock);
  cache.Insert("kept", 1, 0, 1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(cache.Find("kept", 1), 1);
    cache.Insert(std::to_string(i), i, 0, 1);
  }
}

TEST(StampedCache, TooLargeAValueIsNotKept) {
  test::ManualClock clock;
  Cache cache(Cache::kShards * 1000, clock);
  cache.Insert("k", 1, 1000, 1);
  EXPECT_EQ(cache.Find("k", 1), std::nullopt);
}

TEST(StampedCache, ManyThreads) {
  test::ManualClock clock;
  Cache cache(Cache::kShards * 8 * Cache::kEntryOverheadBytes, clock);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      for (int i = 0; i < 20'000; ++i) {
        const int key = static_cast<int>(random() % 300);
        if (const auto found = cache.Find(std::to_string(key), 1)) {
          EXPECT_EQ(*found, key);
        } else {
          cache.Insert(std::to_string(key), key, 0, 1);
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace yundisk::disk
