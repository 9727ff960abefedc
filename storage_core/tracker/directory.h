// What operators say of groups and of other services: the tables storage_groups and services, read
// again every few seconds, so that a change needs no restart.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/net/blocking_pool.h"
#include "common/net/stream.h"
#include "common/net/task.h"

namespace yundisk::tracker {

struct GroupRow {
  std::string region;  // empty: none
  std::uint64_t reserve_bytes = 0;
};

struct ServiceRow {
  std::uint32_t number = 0;
  std::string name;
  std::string address;  // "host:port"
  std::uint32_t weight = 1;
};

struct DirectoryTables {
  std::map<std::string, GroupRow, std::less<>> groups;
  std::vector<ServiceRow> services;  // enabled ones, by number, the heaviest first
};

// Lines "service <TAB> NUMBER <TAB> NAME <TAB> ADDRESS <TAB> WEIGHT", as many as fit.
std::string ServiceLines(const std::vector<ServiceRow>& services, std::size_t max_bytes);

// Thread-safe; calls block.
class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;
  virtual Result<DirectoryTables> Load() = 0;
};

// Bound to one loop; the store is called on the pool. What was read stays while the store is down.
class Directory {
 public:
  static constexpr std::chrono::seconds kInterval{3};

  // All are borrowed.
  Directory(DirectoryStore& store, net::BlockingRunner& pool, net::Timer& timer)
      : store_(&store), pool_(&pool), timer_(&timer) {}

  // Reads now.
  net::Task<Result<void>> Load();
  // Reads for ever; ends with its loop.
  net::Task<void> Run();

  // Told what was read, each time, on the loop.
  void OnLoad(std::function<void(const DirectoryTables&)> listener) {
    on_load_ = std::move(listener);
  }

  // A group without a row has no region and no reserve.
  GroupRow GroupOf(std::string_view group) const;
  const std::vector<ServiceRow>& services() const { return tables_.services; }

 private:
  DirectoryStore* store_;
  net::BlockingRunner* pool_;
  net::Timer* timer_;
  DirectoryTables tables_;
  std::function<void(const DirectoryTables&)> on_load_;
};

}  // namespace yundisk::tracker
