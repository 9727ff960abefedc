// The members of one group, as a tracker tells them (commands 13 and 15) and as a file keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace yundisk::client {

// As the tracker that was asked sees it; the numbers are those on the wire.
enum class MemberState : std::uint8_t { kOffline = 0, kOnline = 1, kActive = 2 };

struct Member {
  std::string host_name;
  std::string address;  // "ip:port"
  MemberState state = MemberState::kOffline;
  bool draining = false;  // serves what it has until it is taken away

  bool operator==(const Member&) const = default;
};

// In the order of their host names.
using MemberList = std::vector<Member>;

// The `storage` lines of the group list that belong to `group`; empty when it has none. Ignores
// lines and fields it does not know.
Result<MemberList> ParseMembers(std::string_view group_list, std::string_view group);

// The host names of the `removed` lines of `group`.
std::vector<std::string> ParseRemoved(std::string_view group_list, std::string_view group);

// A list kept in a file is replaced by another as a whole: after a crash, or a power cut, either is
// there. States are not kept: all are OFFLINE when read. Both block on the disk.
Result<void> WriteMembers(const std::string& path, const MemberList& members);
// kNotFound when there is no file yet.
Result<MemberList> ReadMembers(const std::string& path);

}  // namespace yundisk::client
