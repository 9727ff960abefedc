#include "storage_core/id_server/allocator.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace yundisk::id_server {

struct Allocator::Counter {
  explicit Counter(std::string_view name) : key(name) {}

  const std::string key;
  // Held while reserving, so that blocks arrive in the order in which they were reserved.
  std::mutex reserving;

  std::mutex mutex;  // guards what follows
  Block in_hand;
  Block ahead;  // taken up when in_hand is used up
  bool refill_wanted = false;
  // Pushed out of the table: hands out nothing any more, because a newer counter of the same key
  // may have handed out higher ids.
  bool retired = false;

  std::optional<Block> Take(std::uint32_t count) {
    if (in_hand.empty()) in_hand = std::exchange(ahead, {});
    if (in_hand.empty()) return std::nullopt;
    const std::uint64_t taken = std::min<std::uint64_t>(count, in_hand.size());
    const Block block{in_hand.next, in_hand.next + taken};
    in_hand.next += taken;
    return block;
  }
};

Allocator::Allocator(BlockStore& store, Later later, AllocatorOptions options)
    : store_(store), later_(std::move(later)), options_(options) {}

Allocator::~Allocator() = default;

std::optional<Block> Allocator::TakeInHand(std::string_view key, std::uint32_t count) {
  const std::shared_ptr<Counter> counter = Find(key);
  std::optional<Block> taken;
  bool refill = false;
  {
    const std::scoped_lock lock(counter->mutex);
    if (counter->retired) return std::nullopt;
    taken = counter->Take(count);
    const bool low = counter->ahead.empty() && counter->in_hand.size() < options_.block_size / 2;
    refill = taken && low && !std::exchange(counter->refill_wanted, counter->refill_wanted || low);
  }
  if (refill) RefillLater(counter);
  return taken;
}

Result<Block> Allocator::Take(std::string_view key, std::uint32_t count) {
  for (;;) {
    if (const auto taken = TakeInHand(key, count)) return *taken;
    TRY_VOID(Refill(*Find(key)));
  }
}

std::shared_ptr<Allocator::Counter> Allocator::Find(std::string_view key) {
  auto table = table_.Lock();
  const auto found = table->entries.find(key);
  if (found != table->entries.end()) {
    table->order.splice(table->order.begin(), table->order, found->second.place);
    return found->second.counter;
  }
  if (table->entries.size() >= options_.max_keys) {
    const auto oldest = table->entries.find(table->order.back());
    const std::shared_ptr<Counter> retiring = oldest->second.counter;
    const std::scoped_lock lock(retiring->mutex);
    retiring->retired = true;
    table->entries.erase(oldest);
    table->order.pop_back();
  }
  table->order.emplace_front(key);
  auto counter = std::make_shared<Counter>(key);
  table->entries.emplace(key, Table::Entry{counter, table->order.begin()});
  return counter;
}

Result<void> Allocator::Refill(Counter& counter) {
  const std::scoped_lock one_at_a_time(counter.reserving);
  {
    const std::scoped_lock lock(counter.mutex);
    // Another thread was faster.
    if (counter.retired || !counter.ahead.empty()) return {};
  }
  auto block = store_.Reserve(counter.key, options_.block_size);
  const std::scoped_lock lock(counter.mutex);
  counter.refill_wanted = false;
  if (!block) return block.error();
  counter.ahead = *block;
  return {};
}

void Allocator::RefillLater(const std::shared_ptr<Counter>& counter) {
  later_([this, counter] {
    if (auto refilled = Refill(*counter); !refilled)
      LogWarning("reserving ids ahead: {}", refilled.error().message());
  });
}

}  // namespace yundisk::id_server
