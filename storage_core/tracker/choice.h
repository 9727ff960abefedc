// Which storages a client should turn to, and which group takes new content:
//
//   region -> group -> storage
//
// A region is a column of the table of groups; a client may ask for one when it places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/random.h"
#include "common/base/result.h"
#include "storage_core/tracker/directory.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

struct ChoiceRules {
  bool fill = false;  // one group after the other, in the order of their names; else all at once
  std::uint64_t fill_reserve_bytes = 0;  // a group with less free space is full
  // A storage with so many requests in flight is asked only after the others of its group. 0: no
  // limit.
  std::uint32_t max_in_flight_per_storage = 0;
};

struct PlaceRequest {
  std::uint64_t size_bytes = 0;
  std::string_view region = {};  // empty: anywhere
};

// Borrows what it chooses from. Bound to the registry's loop.
class Choice {
 public:
  Choice(ChoiceRules rules, const Registry& registry, const Directory& directory)
      : rules_(rules), registry_(&registry), directory_(&directory) {}

  // The addresses of the group's ACTIVE storages, at most wire::kMaxAddresses, best first; empty
  // when there are none. The order depends on the bucket of the file id, so that all who read one
  // file read it from the same storage, whose page cache then has it, until that is at its limit.
  // Draining storages come last; those that are out only when there are no others.
  std::vector<std::string> Addresses(std::string_view group, std::string_view file_id) const;
  // The same for new content: without draining storages.
  std::vector<std::string> AddressesForNew(std::string_view group, std::string_view file_id) const;

  // A group for new content. Groups with all their storages ACTIVE come first, since they can hold
  // the full number of copies, then those of the region; what drains does not count. Among what is
  // left chance decides, weighted by free space and load, or the name does (`fill`). A storage that
  // does not tell its free space is a last resort. kUnavailable when no group has an ACTIVE
  // storage, kNoSpace when none has room.
  Result<std::string> Group(const PlaceRequest& request, Random& random) const;

 private:
  enum class Wanted : bool { kReading, kNew };
  std::vector<std::string> Ranked(std::string_view group, std::string_view file_id,
                                  Wanted wanted) const;

  const ChoiceRules rules_;
  const Registry* registry_;
  const Directory* directory_;
};

}  // namespace yundisk::tracker
