// Where blocks of ids are reserved: the database, which hands out every number once.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::id_server {

inline constexpr std::uint64_t kMaxId = (std::uint64_t{1} << 63U) - 1;

// The ids [next, end).
struct Block {
  std::uint64_t next = 0;
  std::uint64_t end = 0;

  bool empty() const { return next == end; }
  std::uint64_t size() const { return end - next; }
};

// Thread-safe. Calls block.
class BlockStore {
 public:
  virtual ~BlockStore() = default;
  // `count` ids that nobody got before, durable as taken before the call returns; above every block
  // reserved for this key before. kOutOfRange when the key has no ids left.
  virtual Result<Block> Reserve(std::string_view key, std::uint32_t count) = 0;
};

// Table id_blocks; any number of ID servers may share one database.
class DatabaseBlockStore final : public BlockStore {
 public:
  explicit DatabaseBlockStore(db::Pool& pool) : pool_(pool) {}
  Result<Block> Reserve(std::string_view key, std::uint32_t count) override;

 private:
  db::Pool& pool_;
};

}  // namespace yundisk::id_server
