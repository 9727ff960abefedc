// The text of command 13.
//
//   groups <TAB> N
//   group <TAB> NAME <TAB> STORAGES <TAB> ACTIVE
//   storage <TAB> VERSION NAME ADDRESS START JOIN BEAT STATE FREE USED IN_FLIGHT
//
// Tab-separated; a group's storages follow it. STATE is 0, 1 or 2. The last three are ours: bytes,
// bytes and requests as the last beat told them, "-" when it told none; so is a VERSION of "-" for
// a member that has not joined this tracker yet.
#pragma once

#include <string>

#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

std::string GroupListText(const Registry& registry);

}  // namespace yundisk::tracker
