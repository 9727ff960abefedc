#include "storage_core/cli/group_list.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "storage_core/cli/output.h"
#include "storage_core/cli/progress_bar.h"

namespace yundisk::cli {
namespace {

Result<std::uint64_t> Number(std::string_view text, std::string_view line) {
  const auto number = ParseNumber(text);
  if (!number)
    return Error::Make(Code::kInternal, "the tracker's group list: '{}' in '{}' is no number", text,
                       line);
  return *number;
}

// The states travel as numbers or as names; people read names.
std::string StateName(std::string_view state) {
  if (state == "0") return "OFFLINE";
  if (state == "1") return "ONLINE";
  if (state == "2") return "ACTIVE";
  return std::string(state);
}

// Fields 8 to 10 of a storage's line, "-" when the last beat brought none.
Result<std::optional<Load>> ReadLoad(const std::vector<std::string_view>& fields,
                                     std::string_view line) {
  if (fields.size() < 11 || fields[8] == "-") return std::optional<Load>();
  TRY(const std::uint64_t free, Number(fields[8], line));
  TRY(const std::uint64_t used, Number(fields[9], line));
  TRY(const std::uint64_t in_flight, Number(fields[10], line));
  return std::optional<Load>(Load{free, used, in_flight});
}

// Fields 13 and 14, "-" for a storage that is alone.
Result<std::optional<Lag>> ReadLag(const std::vector<std::string_view>& fields,
                                   std::string_view line) {
  if (fields.size() < 15 || fields[13] == "-") return std::optional<Lag>();
  TRY(const std::uint64_t changes, Number(fields[13], line));
  TRY(const std::uint64_t seconds, Number(fields[14], line));
  return std::optional<Lag>(Lag{changes, seconds});
}

std::string StringAt(const std::vector<std::string_view>& fields, std::size_t at) {
  return at < fields.size() ? std::string(fields[at]) : std::string();
}

Result<void> AddLine(GroupList& list, std::string_view line) {
  const auto fields = Split(line, '\t');
  if (fields[0] == "group" && fields.size() >= 4) {
    TRY(const std::uint64_t storages, Number(fields[2], line));
    TRY(const std::uint64_t active, Number(fields[3], line));
    list.groups.push_back({std::string(fields[1]), storages, active});
  } else if (fields[0] == "storage" && fields.size() >= 8) {
    TRY(const std::uint64_t start, Number(fields[4], line));
    TRY(const std::uint64_t join, Number(fields[5], line));
    TRY(const std::uint64_t beat, Number(fields[6], line));
    TRY(const std::optional<Load> load, ReadLoad(fields, line));
    TRY(const std::optional<Lag> lag, ReadLag(fields, line));
    if (list.groups.empty())
      return Error(Code::kInternal, "the tracker's group list: a storage before its group");
    list.storages.push_back({list.groups.back().name, std::string(fields[1]),
                             std::string(fields[2]), std::string(fields[3]), start, join, beat,
                             StateName(fields[7]), load, StringAt(fields, 11),
                             StringAt(fields, 12) != "out", lag});
  }
  return {};
}

std::uint64_t SecondsSince(std::uint64_t time_s, std::uint64_t now_s) {
  return now_s - std::min(now_s, time_s);
}

std::string DurationText(std::uint64_t seconds) {
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  if (seconds < 172800) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

std::string Ago(std::uint64_t time_s, std::uint64_t now_s) {
  if (time_s == 0) return "never";
  return DurationText(SecondsSince(time_s, now_s)) + " ago";
}

std::string LagText(const std::optional<Lag>& lag) {
  if (!lag) return "-";
  if (!lag->changes) return fmt::format("? changes, {}", DurationText(lag->seconds));
  if (*lag->changes == 0) return "0";
  return fmt::format("{} change{}, {}", *lag->changes, *lag->changes == 1 ? "" : "s",
                     DurationText(lag->seconds));
}

}  // namespace

Result<GroupList> ParseGroupList(std::string_view text) {
  GroupList list;
  for (const std::string_view line : Split(text, '\n')) TRY_VOID(AddLine(list, line));
  return list;
}

std::optional<GroupSpace> SpaceOf(const GroupList& list, std::string_view group) {
  std::optional<GroupSpace> space;
  for (const StorageLine& node : list.storages) {
    if (node.group != group || !node.load || node.standing == "draining") continue;
    if (!space) space = GroupSpace{node.load->free_bytes, 0};
    space->free_bytes = std::min(space->free_bytes, node.load->free_bytes);
    space->used_bytes = std::max(space->used_bytes, node.load->used_bytes);
  }
  return space;
}

std::optional<Lag> LagOf(const GroupList& list, const StorageLine& node, std::uint64_t now_s) {
  if (node.state == "ACTIVE") return node.lag;
  const auto in_group = std::ranges::count(list.storages, node.group, &StorageLine::group);
  if (in_group < 2 || node.beat_time_s == 0) return std::nullopt;
  return Lag{std::nullopt, SecondsSince(node.beat_time_s, now_s)};
}

std::string GroupTable(const GroupList& list) {
  std::vector<std::vector<std::string>> rows{
      {"GROUP", "STORAGES", "ACTIVE", "FREE", "USED", "FULL"}};
  for (const GroupLine& group : list.groups) {
    std::vector<std::string> row{group.name, std::to_string(group.storages),
                                 std::to_string(group.active)};
    if (const auto space = SpaceOf(list, group.name))
      row.insert(row.end(), {HumanBytes(space->free_bytes), HumanBytes(space->used_bytes),
                             fmt::format("{:.0f} %", space->full_percent())});
    else
      row.insert(row.end(), {"-", "-", "-"});
    rows.push_back(std::move(row));
  }
  return Table(rows);
}

std::string NodeTable(const GroupList& list, std::uint64_t now_s) {
  std::vector<std::vector<std::string>> rows{{"GROUP", "NAME", "ADDRESS", "STATE", "VERSION",
                                              "STARTED", "JOINED", "LAST BEAT", "FREE", "USED",
                                              "IN FLIGHT", "STANDING", "OFFERED", "BEHIND"}};
  for (const StorageLine& node : list.storages) {
    std::vector<std::string> row{node.group,
                                 node.name,
                                 node.address,
                                 node.state,
                                 node.version,
                                 Ago(node.start_time_s, now_s),
                                 Ago(node.join_time_s, now_s),
                                 Ago(node.beat_time_s, now_s)};
    if (node.load)
      row.insert(row.end(), {HumanBytes(node.load->free_bytes), HumanBytes(node.load->used_bytes),
                             std::to_string(node.load->requests_in_flight)});
    else
      row.insert(row.end(), {"-", "-", "-"});
    row.insert(row.end(), {node.standing.empty() ? "-" : node.standing,
                           node.offered ? "yes" : "out", LagText(LagOf(list, node, now_s))});
    rows.push_back(std::move(row));
  }
  return Table(rows);
}

Json::Value ToJson(const GroupList& list, std::uint64_t now_s) {
  Json::Value json;
  json["groups"] = Json::arrayValue;
  json["storages"] = Json::arrayValue;
  for (const GroupLine& group : list.groups) {
    Json::Value& to = json["groups"].append(Json::objectValue);
    to["name"] = group.name;
    to["storages"] = group.storages;
    to["active"] = group.active;
    if (const auto space = SpaceOf(list, group.name)) {
      to["free_bytes"] = space->free_bytes;
      to["used_bytes"] = space->used_bytes;
      to["full_percent"] = space->full_percent();
    }
  }
  for (const StorageLine& node : list.storages) {
    Json::Value& to = json["storages"].append(Json::objectValue);
    to["group"] = node.group;
    to["name"] = node.name;
    to["address"] = node.address;
    to["state"] = node.state;
    to["version"] = node.version;
    to["start_time"] = node.start_time_s;
    to["join_time"] = node.join_time_s;
    to["beat_time"] = node.beat_time_s;
    if (!node.standing.empty()) to["standing"] = node.standing;
    to["offered"] = node.offered;
    if (const auto lag = LagOf(list, node, now_s)) {
      if (lag->changes) to["behind_changes"] = *lag->changes;
      to["behind_seconds"] = lag->seconds;
    }
    if (node.load) {
      to["free_bytes"] = node.load->free_bytes;
      to["used_bytes"] = node.load->used_bytes;
      to["requests_in_flight"] = node.load->requests_in_flight;
    }
  }
  return json;
}

}  // namespace yundisk::cli
