// Stand-ins for the tables that trackers and ID servers keep in MariaDB, which can be away for a
// while and lose answers to what was done.
#pragma once

#include <map>
#include <set>
#include <string>

#include "storage_core/id_server/block_store.h"
#include "tests/simulation/scheduler.h"
#include "tests/unit/storage_core/tracker/fake_stores.h"

namespace yundisk::simulation {

class MemoryRouteStore final : public tracker::RouteStore {
 public:
  Result<std::string> Find(const tracker::Owner& owner) override;
  Result<std::string> Keep(const tracker::Owner& owner, std::string_view group) override;

  bool down = false;
  std::map<tracker::Owner, std::string> rows;
};

class MemoryBlockStore final : public id_server::BlockStore {
 public:
  explicit MemoryBlockStore(SeededRandom& random) : random_(random) {}
  Result<id_server::Block> Reserve(std::string_view key, std::uint32_t count) override;

  bool down = false;
  std::uint64_t lost_answers = 0;

 private:
  SeededRandom& random_;
  std::map<std::string, std::uint64_t, std::less<>> next_;
};

class Database {
 public:
  explicit Database(SeededRandom& random) : blocks(random) {}

  void SetAway(bool away);

  tracker::FakeMemberStore members;
  tracker::FakeDirectoryStore directory;
  MemoryRouteStore routes;
  MemoryBlockStore blocks;
};

}  // namespace yundisk::simulation
