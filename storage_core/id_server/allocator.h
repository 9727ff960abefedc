// Hands out ids from blocks in hand and reserves the next block before the last one is used up.
//
// For each key the ids of one server only increase. What is in hand when the process ends is lost;
// nothing is handed out twice, because a block is durable in the store before its first id leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/guarded.h"
#include "common/base/result.h"
#include "storage_core/id_server/block_store.h"

namespace yundisk::id_server {

struct AllocatorOptions {
  // Ids reserved at once.
  std::uint32_t block_size = 10000;
  // Keys with a block in hand; the one longest unused gives its block up for a new one.
  std::size_t max_keys = 10000;
};

// Thread-safe.
class Allocator {
 public:
  // `later(work)` runs `work` on a thread that may block. Both are borrowed.
  using Later = std::function<void(std::function<void()>)>;
  Allocator(BlockStore& store, Later later, AllocatorOptions options);
  ~Allocator();

  // Up to `count` ids in a row out of the block in hand; empty when there is none. Never blocks on
  // the store, but starts the next reservation when the block runs low.
  std::optional<Block> TakeInHand(std::string_view key, std::uint32_t count);
  // The same, but reserves a block first when there is none. Blocks on the store.
  Result<Block> Take(std::string_view key, std::uint32_t count);

 private:
  struct Counter;
  struct Table {
    // Most recently used first.
    std::list<std::string> order;
    struct Entry {
      std::shared_ptr<Counter> counter;
      std::list<std::string>::iterator place;
    };
    std::map<std::string, Entry, std::less<>> entries;
  };

  std::shared_ptr<Counter> Find(std::string_view key);
  Result<void> Refill(Counter& counter);
  void RefillLater(const std::shared_ptr<Counter>& counter);

  BlockStore& store_;
  Later later_;
  AllocatorOptions options_;
  Guarded<Table> table_;
};

}  // namespace yundisk::id_server
