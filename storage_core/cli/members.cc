#include "storage_core/cli/members.h"

#include <cstdint>
#include <string_view>

namespace yundisk::cli {
namespace {

std::string_view StandingAfter(wire::MemberAction action) {
  switch (action) {
    case wire::MemberAction::kActivate: return "active";
    case wire::MemberAction::kDrain: return "draining";
    case wire::MemberAction::kRemove: return "removed";
  }
  return "";
}

Result<wire::SetMember> RequestFor(const std::string& node, wire::MemberAction action) {
  const std::size_t slash = node.find('/');
  if (slash == std::string::npos)
    return Error::Make(Code::kBadRequest, "'{}' must be a group and a node, such as 1/1a", node);
  auto group = wire::TextZ<16>::From(node.substr(0, slash));
  if (!group) return group.error().Within("group");
  auto name = wire::TextZ<128>::From(node.substr(slash + 1));
  if (!name) return name.error().Within("node");
  return wire::SetMember{*group, *name, static_cast<std::uint8_t>(action)};
}

}  // namespace

Result<void> SetMember(const DaemonCaller& daemons, const std::string& node,
                       wire::MemberAction action, const Output& output) {
  TRY(const wire::SetMember request, RequestFor(node, action));
  TRY_VOID(daemons.AskTrackers(request));
  if (output.json) {
    Json::Value json;
    json["node"] = node;
    json["standing"] = std::string(StandingAfter(action));
    PrintJson(output, json);
  }
  return {};
}

}  // namespace yundisk::cli
