#include "tests/simulation/database.h"

namespace yundisk::simulation {
namespace {

constexpr std::uint64_t kLostAnswerChances = 10;

Error Away() { return {Code::kUnavailable, "the database is away"}; }

}  // namespace

Result<std::string> MemoryRouteStore::Find(const tracker::Owner& owner) {
  if (down) return Away();
  const auto found = rows.find(owner);
  return found == rows.end() ? std::string() : found->second;
}

Result<std::string> MemoryRouteStore::Keep(const tracker::Owner& owner, std::string_view group) {
  if (down) return Away();
  return rows.try_emplace(owner, group).first->second;
}

Result<id_server::Block> MemoryBlockStore::Reserve(std::string_view key, std::uint32_t count) {
  if (down) return Away();
  std::uint64_t& next = next_.try_emplace(std::string(key), 1).first->second;
  const id_server::Block block{next, next + count};
  next += count;
  if (random_.OneIn(kLostAnswerChances)) {
    ++lost_answers;
    return Away();
  }
  return block;
}

void Database::SetAway(bool away) {
  members.Lock()->down = away;
  directory.Lock()->down = away;
  routes.down = away;
  blocks.down = away;
}

}  // namespace yundisk::simulation
