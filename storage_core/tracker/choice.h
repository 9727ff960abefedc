// Which storages a client should turn to, and which group takes new content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/random.h"
#include "common/base/result.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// The addresses of the group's ACTIVE storages, at most wire::kMaxAddresses, best first; empty when
// there are none. The order depends on `affinity` (a file id), so that all who read one file read
// it from the same storage, whose page cache then has it.
std::vector<std::string> ActiveAddresses(const Registry& registry, std::string_view group,
                                         std::string_view affinity);

// A group for new content of so many bytes. Groups with all their storages ACTIVE come first, since
// they can hold the full number of copies; among them chance decides, weighted by free space. A
// storage that does not tell its free space has an unknown amount, and is a last resort.
// kUnavailable when no group has an ACTIVE storage, kNoSpace when none has room.
Result<std::string> ChooseGroup(const Registry& registry, std::uint64_t size_bytes, Random& random);

}  // namespace yundisk::tracker
