#include "storage_core/cli/repair.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <json/value.h>

#include "common/protocol/operator_messages.h"
#include "storage_core/cli/group_list.h"
#include "storage_core/cli/progress_bar.h"

namespace yundisk::cli {
namespace {

struct MemberRepair {
  std::string node;
  std::string address;
  wire::RepairTold told{};
  std::string problem{};  // it could not be asked
};

std::string_view StateText(const MemberRepair& member) {
  if (!member.problem.empty()) return "unavailable";
  switch (member.told.state) {
    case wire::RepairState::kRuns: return "running";
    case wire::RepairState::kDone: return "done";
    case wire::RepairState::kEnded: return "ended";
    default: return "never";
  }
}

bool Runs(const MemberRepair& member) {
  return member.problem.empty() && member.told.state == wire::RepairState::kRuns;
}

void Ask(const DaemonCaller& daemons, MemberRepair& member, wire::RepairAction action) {
  const wire::Repair question{static_cast<std::uint8_t>(action)};
  const auto told = daemons.Call(wire::Service::kStorage, member.address, question);
  if (!told)
    member.problem = told.error().message();
  else if (action == wire::RepairAction::kTell && told->number != member.told.number)
    member.problem = "it was started anew in between";
  else
    member.told = *told;
}

Result<std::vector<MemberRepair>> MembersOf(const DaemonCaller& daemons, const std::string& group) {
  TRY(const wire::Groups groups, daemons.AskTrackers(wire::GroupList{}));
  TRY(const GroupList list, ParseGroupList(groups.lines.text));
  std::vector<MemberRepair> members;
  for (const StorageLine& node : list.storages)
    if (group.empty() || node.group == group)
      members.push_back({fmt::format("{}/{}", node.group, node.name), node.address});
  if (members.empty()) return Error::Make(Code::kNotFound, "repair: there is no group {}", group);
  return members;
}

std::uint64_t BytesRead(const std::vector<MemberRepair>& members) {
  std::uint64_t sum = 0;
  for (const MemberRepair& member : members) sum += member.told.bytes_read;
  return sum;
}

void Watch(const DaemonCaller& daemons, const RepairWish& wish,
           std::vector<MemberRepair>& members) {
  std::uint64_t total = 0;
  for (const MemberRepair& member : members) total += member.told.bytes;
  ProgressBar bar("repair", total);
  std::uint64_t shown = 0;
  while (std::ranges::any_of(members, Runs)) {
    const std::uint64_t read = std::max(shown, BytesRead(members));
    bar.Add(read - std::exchange(shown, read));
    std::this_thread::sleep_for(wish.look_every);
    for (MemberRepair& member : members)
      if (Runs(member)) Ask(daemons, member, wire::RepairAction::kTell);
  }
}

wire::RepairTold Sum(const std::vector<MemberRepair>& members) {
  wire::RepairTold sum;
  for (const MemberRepair& member : members) {
    sum.objects_read += member.told.objects_read;
    sum.bytes_read += member.told.bytes_read;
    sum.damaged += member.told.damaged;
    sum.brought += member.told.brought;
    sum.left += member.told.left;
    sum.members_unread += member.told.members_unread;
  }
  return sum;
}

std::vector<std::string> Row(std::string node, std::string_view state, const wire::RepairTold& told,
                             std::string problem) {
  return {std::move(node),
          std::string(state),
          std::to_string(told.objects_read),
          HumanBytes(told.bytes_read),
          std::to_string(told.damaged),
          std::to_string(told.brought),
          std::to_string(told.left),
          std::to_string(told.members_unread),
          std::move(problem)};
}

std::string TableOf(const std::vector<MemberRepair>& members) {
  std::vector<std::vector<std::string>> rows{
      {"NODE", "REPAIR", "OBJECTS", "READ", "DAMAGED", "BROUGHT", "LEFT", "NOT COMPARED", ""}};
  for (const MemberRepair& member : members)
    rows.push_back(Row(member.node, StateText(member), member.told, member.problem));
  rows.push_back(Row("all", "", Sum(members), ""));
  return Table(rows);
}

Json::Value ToJson(const wire::RepairTold& told) {
  Json::Value json;
  json["objects_read"] = told.objects_read;
  json["bytes_read"] = told.bytes_read;
  json["damaged"] = told.damaged;
  json["brought"] = told.brought;
  json["left"] = told.left;
  json["members_not_compared"] = told.members_unread;
  return json;
}

Json::Value ToJson(const std::vector<MemberRepair>& members) {
  Json::Value json = ToJson(Sum(members));
  json["members"] = Json::arrayValue;
  for (const MemberRepair& member : members) {
    Json::Value& to = json["members"].append(ToJson(member.told));
    to["node"] = member.node;
    to["state"] = std::string(StateText(member));
    if (!member.problem.empty()) to["problem"] = member.problem;
  }
  return json;
}

Result<void> Verdict(const std::vector<MemberRepair>& members) {
  const wire::RepairTold sum = Sum(members);
  if (sum.left > 0)
    return Error::Make(Code::kCorrupt, "repair: {} copies could not be mended", sum.left);
  const auto undone = std::ranges::count_if(members, [](const MemberRepair& member) {
    return !member.problem.empty() || member.told.state != wire::RepairState::kDone;
  });
  if (undone > 0)
    return Error::Make(Code::kUnavailable, "repair: {} of {} members did not finish", undone,
                       members.size());
  if (sum.members_unread > 0)
    return Error(Code::kUnavailable, "repair: some members could not be compared with all others");
  return {};
}

}  // namespace

Result<void> RepairGroups(const DaemonCaller& daemons, const RepairWish& wish,
                          const Output& output) {
  TRY(std::vector<MemberRepair> members, MembersOf(daemons, wish.group));
  const auto action = wish.end ? wire::RepairAction::kEnd : wire::RepairAction::kBegin;
  for (MemberRepair& member : members) Ask(daemons, member, action);
  Watch(daemons, wish, members);
  if (output.json)
    PrintJson(output, ToJson(members));
  else
    output.out << TableOf(members);
  if (wish.end) return {};
  return Verdict(members);
}

}  // namespace yundisk::cli
