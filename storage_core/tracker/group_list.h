// The texts of commands 13 and 15.
//
//   groups <TAB> N
//   group <TAB> NAME <TAB> STORAGES <TAB> ACTIVE
//   storage <TAB> VERSION NAME ADDRESS START JOIN BEAT STATE FREE USED IN_FLIGHT STANDING OFFER
//       CHANGES SECONDS
//
// Tab-separated; a group's storages follow it. STATE is 0, 1 or 2. What is behind it is ours:
// bytes, bytes and requests as the last beat told them, "-" when it told none; so is a VERSION of
// "-" for a member that has not joined this tracker yet. STANDING is "active" or "draining", OFFER
// "offered" or "out" (outages.h). CHANGES and SECONDS: how far it is behind the other members.
//
// Command 15 ends with those an operator has removed:
//   removed <TAB> GROUP <TAB> NAME
#pragma once

#include <string>
#include <string_view>

#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// `group` empty: all groups; else that one alone, and no group when it is not known.
std::string GroupListText(const Registry& registry, std::string_view group = {});
std::string WatchedText(const Registry& registry, std::string_view group);

}  // namespace yundisk::tracker
