#include "storage_core/id_server/block_store.h"

#include <vector>

namespace yundisk::id_server {

Result<Block> DatabaseBlockStore::Reserve(std::string_view key, std::uint32_t count) {
  TRY(const db::Pool::Lease session, pool_.Acquire());
  // One statement, so one atomic step whatever other servers do; autocommitted, so durable when it
  // answers.
  TRY(const std::vector<db::Row> rows,
      session->Query("INSERT INTO id_blocks (name, next_id) VALUES (?, 1 + ?) "
                     "ON DUPLICATE KEY UPDATE next_id = next_id + ? RETURNING next_id",
                     {AsBytes(key), std::uint64_t{count}, std::uint64_t{count}}));
  CHECK(rows.size() == 1);
  const std::uint64_t end = rows[0].Unsigned(0);
  if (end > kMaxId + 1)
    return Error::Make(Code::kOutOfRange, "drawing an id for '{}': all numbers are used up", key);
  return Block{end - count, end};
}

}  // namespace yundisk::id_server
