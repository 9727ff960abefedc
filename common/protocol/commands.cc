#include "common/protocol/commands.h"

#include <array>
#include <type_traits>

#include "common/protocol/failure.h"
#include "common/protocol/operator_messages.h"
#include "common/protocol/peer_messages.h"

namespace yundisk::wire {
namespace {

template <Request M>
constexpr CommandInfo Describe(Service service) {
  CommandInfo info{service, M::kCommand, M::kName, kBodySize<M>.min, kBodySize<M>.max, 0, 0};
  if constexpr (RequestWithContent<M>) info.max_request_bytes += kMaxContentBytes;
  if constexpr (std::is_same_v<typename M::Reply, Content>) {
    info.max_reply_bytes = kMaxContentBytes;
  } else {
    info.min_reply_bytes = kBodySize<typename M::Reply>.min;
    info.max_reply_bytes = kBodySize<typename M::Reply>.max;
  }
  return info;
}

constexpr std::array kCommands{
    Describe<Hello>(Service::kTracker),      Describe<Prove>(Service::kTracker),
    Describe<Join>(Service::kTracker),       Describe<HeartBeat>(Service::kTracker),
    Describe<Addresses>(Service::kTracker),  Describe<GroupList>(Service::kTracker),
    Describe<Place>(Service::kTracker),      Describe<Watch>(Service::kTracker),
    Describe<SetMember>(Service::kTracker),  Describe<Hint>(Service::kTracker),
    Describe<Report>(Service::kTracker),     Describe<Services>(Service::kTracker),
    Describe<GetId>(Service::kIdServer),     Describe<GetIds>(Service::kIdServer),
    Describe<Upload>(Service::kStorage),     Describe<Size>(Service::kStorage),
    Describe<Download>(Service::kStorage),   Describe<Delete>(Service::kStorage),
    Describe<Adopt>(Service::kStorage),      Describe<Stat>(Service::kStorage),
    Describe<Statistics>(Service::kStorage), Describe<CopyOf>(Service::kStorage),
    Describe<Repair>(Service::kStorage),     Describe<Changes>(Service::kStorage),
    Describe<Store>(Service::kStorage),      Describe<Release>(Service::kStorage),
    Describe<Bury>(Service::kStorage),       Describe<Fetch>(Service::kStorage),
    Describe<LookUp>(Service::kStorage),
};

constexpr std::size_t kCommandNumbers = 256;

constexpr auto kByNumber = [] {
  std::array<const CommandInfo*, kCommandNumbers> by_number{};
  for (const CommandInfo& info : kCommands)
    by_number[static_cast<std::size_t>(info.command)] = &info;
  return by_number;
}();

constexpr bool OfEveryService(Command command) {
  return command == Command::kHello || command == Command::kProve;
}

}  // namespace

const CommandInfo* FindCommand(Service service, std::uint8_t command) {
  const CommandInfo* info = kByNumber[command];
  if (info == nullptr) return nullptr;
  return info->service == service || OfEveryService(info->command) ? info : nullptr;
}

Result<void> CheckReply(Service service, Command command, const Header& header) {
  const CommandInfo* info = FindCommand(service, static_cast<std::uint8_t>(command));
  CHECK(info != nullptr);
  const bool failed = header.status == kFailure;
  const std::uint64_t min = failed ? kBodySize<Failure>.min : info->min_reply_bytes;
  const std::uint64_t max = failed ? kBodySize<Failure>.max : info->max_reply_bytes;
  const bool known = failed || header.status == kSuccess;
  if (header.command != static_cast<std::uint8_t>(service) || !known || header.body_bytes < min ||
      header.body_bytes > max)
    return Error::Make(
        Code::kInternal, "{}: not a reply of {}: command {}, status {}, a body of {} bytes",
        info->name, ServiceName(service), header.command, header.status, header.body_bytes);
  return {};
}

std::string_view ServiceName(Service service) {
  switch (service) {
    case Service::kTracker: return "tracker";
    case Service::kIdServer: return "id server";
    case Service::kStorage: return "storage";
  }
  return "";
}

}  // namespace yundisk::wire
