// A storage as the tracker sees it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/messages.h"

namespace yundisk::tracker {

// A host name is unique within its group.
struct NodeName {
  std::string group;
  std::string host;

  auto operator<=>(const NodeName&) const = default;
};

// The numbers are those of the group list.
enum class NodeState : std::uint8_t { kOffline = 0, kOnline = 1, kActive = 2 };

// What an operator has made of a member.
enum class Standing : std::uint8_t {
  kActive,
  kDraining,  // gets no new content and is read from last, until it is removed
  kRemoved,   // no member any more; the process that was one may not join again by itself
};

struct Node {
  NodeState state = NodeState::kOffline;
  std::string version;  // empty: it has not joined this tracker yet
  std::string address;  // what clients are told, "ip:port"
  std::string peer_ip;  // where it joined from
  std::uint64_t start_time_s = 0;
  std::uint64_t join_time_s = 0;
  std::uint64_t beat_time_s = 0;
  SteadyTime last_sign{};  // of life: the last join or beat
  bool draining = false;
  bool out = false;  // not offered to clients, because calls to it fail (outages.h)
  std::optional<wire::BeatStatistics> statistics;
};

}  // namespace yundisk::tracker
