// The tracker's group list (command 13) as values, and as a table for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <json/value.h>

#include "common/base/result.h"

namespace yundisk::cli {

// What a storage told with its last beat.
struct Load {
  std::uint64_t free_bytes = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t requests_in_flight = 0;
};

// How far a storage is behind the other members of its group, at most.
struct Lag {
  std::optional<std::uint64_t> changes;  // empty: nobody knows
  std::uint64_t seconds = 0;
};

struct StorageLine {
  std::string group;
  std::string version;
  std::string name;
  std::string address;
  std::uint64_t start_time_s = 0;
  std::uint64_t join_time_s = 0;
  std::uint64_t beat_time_s = 0;
  std::string state;  // OFFLINE, ONLINE, ACTIVE
  std::optional<Load> load;
  std::string standing;         // active, draining; empty: the tracker does not tell
  bool offered = true;          // false: taken out, because calls to it fail
  std::optional<Lag> lag = {};  // what it told itself
};

struct GroupLine {
  std::string name;
  std::uint64_t storages = 0;
  std::uint64_t active = 0;
};

struct GroupList {
  std::vector<GroupLine> groups;
  std::vector<StorageLine> storages;  // in the order of their groups
};

// Ignores lines and fields it does not know: later versions may add some.
Result<GroupList> ParseGroupList(std::string_view text);

// What a group has room for: as much as its fullest storage. Storages that drain do not count.
struct GroupSpace {
  std::uint64_t free_bytes = 0;
  std::uint64_t used_bytes = 0;

  double full_percent() const {
    const auto all = static_cast<double>(free_bytes) + static_cast<double>(used_bytes);
    return all == 0 ? 0 : static_cast<double>(used_bytes) * 100 / all;
  }
};
// Empty when no storage of the group tells.
std::optional<GroupSpace> SpaceOf(const GroupList& list, std::string_view group);

// A storage that is away may miss all that has been stored since its last beat. Empty for one that
// is alone, or was never heard of.
std::optional<Lag> LagOf(const GroupList& list, const StorageLine& node, std::uint64_t now_s);

std::string GroupTable(const GroupList& list);
// Times are seconds since 1970; `now_s` turns them into "5m ago".
std::string NodeTable(const GroupList& list, std::uint64_t now_s);
Json::Value ToJson(const GroupList& list, std::uint64_t now_s);

}  // namespace yundisk::cli
