// Draws ids from the ID servers, a block at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/guarded.h"
#include "common/base/result.h"
#include "storage_core/client/connection_pool.h"
#include "storage_core/client/known_services.h"

namespace yundisk::client {

// Thread-safe. A block in hand when the process ends is lost; ids are unique, not without gaps.
class IdSource {
 public:
  IdSource(ConnectionPool& pool, const KnownServices& services, std::uint32_t block);

  Result<std::uint64_t> Next(std::string_view key);

 private:
  struct Block {
    std::uint64_t next = 0;
    std::uint64_t end = 0;
  };
  using Blocks = std::map<std::string, Block, std::less<>>;

  Result<Block> Draw(std::string_view key);

  ConnectionPool& pool_;
  const KnownServices& services_;
  std::uint32_t block_;
  Guarded<Blocks> blocks_;
};

}  // namespace yundisk::client
