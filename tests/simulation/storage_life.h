// One run of the storage's process, within a StorageWorld.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/simulation/storage_world.h"

namespace yundisk::simulation {

inline constexpr std::string_view kSpool = "/spool";
inline constexpr std::uint32_t kClients = 4;
inline constexpr std::size_t kKeysPerClient = 6;

inline storage::ObjectKey KeyOf(std::size_t key) {
  return {"app", "user", fmt::format("1/{}", key)};
}

struct StorageWorld::Life {
  Life(StorageWorld& world, std::uint32_t which)
      : number(which),
        scheduler(world.clock_, world.random_),
        files(world.disk_, scheduler, world.clock_),
        index(world.flushed_index_) {}

  std::uint32_t number;
  bool idle = false;
  Scheduler scheduler;
  SimulatedFileSystem files;
  storage::MemoryIndex index;
  std::unique_ptr<storage::LocalEngine> engine;
  std::size_t clients_left = kClients;
};

}  // namespace yundisk::simulation
