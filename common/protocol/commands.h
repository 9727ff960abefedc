// What each service accepts: the commands it knows and how long their bodies may be, looked up
// before anything is read or allocated.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/result.h"
#include "common/protocol/header.h"
#include "common/protocol/messages.h"

namespace yundisk::wire {

struct CommandInfo {
  Service service;  // not looked at for kHello and kProve, which every service knows
  Command command;
  std::string_view name;
  // Bytes of a request's body; of a success reply's.
  std::uint64_t min_request_bytes;
  std::uint64_t max_request_bytes;
  std::uint64_t min_reply_bytes;
  std::uint64_t max_reply_bytes;
};

// Null when `service` does not know the command. O(1).
const CommandInfo* FindCommand(Service service, std::uint8_t command);

// What a client checks of a reply's header before it reads the body: the service's code, a known
// status, a length the command's reply (or a failure) may have. kInternal.
Result<void> CheckReply(Service service, Command command, const Header& header);

// "tracker", "id server", "storage".
std::string_view ServiceName(Service service);

}  // namespace yundisk::wire
