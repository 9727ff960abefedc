// StampedCache<Key, Value>: a bounded cache in process memory whose entries are valid only under
// the stamp (stamps.h) they were filled under, and for kCacheMaxAge at most.
//
//   const std::uint64_t stamp = stamps.Read(StampKind::kTree, user.id);
//   if (auto listing = cache.Find(key, stamp)) return *listing;
//   TRY(ListingPointer listing, ReadFromDatabase(...));
//   cache.Insert(key, listing, listing->size(), stamp);
//
// Values are copied out; make them std::shared_ptr<const T> unless they are small. The least
// recently used entries make room. Thread-safe; a lock is held for a look-up only.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/base/clock.h"
#include "common/base/guarded.h"

namespace yundisk::disk {

// The bound for what a stamp cannot tell: a writer that was killed between commit and raise.
inline constexpr std::chrono::seconds kCacheMaxAge{60};

template <typename Key, typename Value, typename Hash = std::hash<Key>>
class StampedCache {
 public:
  // `max_bytes` bounds the sum of what Insert was told plus kEntryOverheadBytes an entry. `clock`
  // outlives the cache.
  StampedCache(std::size_t max_bytes, const Clock& clock)
      : shard_max_bytes_(max_bytes / kShards), clock_(clock) {}

  std::optional<Value> Find(const Key& key, std::uint64_t stamp) {
    return Look(key, stamp, clock_.Steady() - kCacheMaxAge);
  }
  // Also beyond kCacheMaxAge: for answering reads while the database is down.
  std::optional<Value> FindOutdated(const Key& key, std::uint64_t stamp) {
    return Look(key, stamp, SteadyTime::min());
  }

  // Replaces. An entry larger than a shard's share is not kept.
  void Insert(const Key& key, Value value, std::size_t size_bytes, std::uint64_t stamp) {
    const std::size_t cost = size_bytes + kEntryOverheadBytes;
    auto shard = ShardOf(key).Lock();
    shard->Erase(key);
    if (cost > shard_max_bytes_) return;
    while (shard->bytes + cost > shard_max_bytes_) shard->Erase(shard->recent.back().key);
    shard->recent.push_front({key, std::move(value), cost, stamp, clock_.Steady()});
    shard->by_key.emplace(key, shard->recent.begin());
    shard->bytes += cost;
  }

  void Erase(const Key& key) { ShardOf(key).Lock()->Erase(key); }

  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kEntryOverheadBytes = 160;

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t cost;
    std::uint64_t stamp;
    SteadyTime filled;
  };
  struct Shard {
    std::list<Entry> recent;  // most recently used first
    std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> by_key;
    std::size_t bytes = 0;

    // By value: `key` may live in the entry that is erased.
    void Erase(Key key) {
      const auto found = by_key.find(key);
      if (found == by_key.end()) return;
      bytes -= found->second->cost;
      recent.erase(found->second);
      by_key.erase(found);
    }
  };

  // Mixed once more, so that shard and bucket do not depend on the same bits.
  Guarded<Shard>& ShardOf(const Key& key) {
    const std::uint64_t mixed = Hash{}(key)*0x9E3779B97F4A7C15;
    return shards_[(mixed >> 32) % kShards];
  }

  std::optional<Value> Look(const Key& key, std::uint64_t stamp, SteadyTime filled_after) {
    auto shard = ShardOf(key).Lock();
    const auto found = shard->by_key.find(key);
    if (found == shard->by_key.end()) return std::nullopt;
    const Entry& entry = *found->second;
    if (entry.stamp != stamp || entry.filled < filled_after) return std::nullopt;
    shard->recent.splice(shard->recent.begin(), shard->recent, found->second);
    return entry.value;
  }

  const std::size_t shard_max_bytes_;
  const Clock& clock_;
  std::array<Guarded<Shard>, kShards> shards_;
};

}  // namespace yundisk::disk
