#include "storage_core/cli/verify.h"

#include <algorithm>
#include <utility>

#include "common/protocol/address.h"
#include "storage_core/cli/group_list.h"
#include "storage_core/client/object_key.h"

namespace yundisk::cli {
namespace {

std::string_view StateText(CopyState state) {
  switch (state) {
    case CopyState::kHealthy: return "healthy";
    case CopyState::kMissing: return "missing";
    case CopyState::kDiffering: return "differing";
    case CopyState::kDamaged: return "damaged";
    case CopyState::kUnavailable: return "unavailable";
  }
  return "";
}

CopyState StateAfter(const Error& error) {
  switch (error.code()) {
    case Code::kNotFound:
    case Code::kDeleted: return CopyState::kMissing;
    case Code::kUnavailable:
    case Code::kTimeout: return CopyState::kUnavailable;
    default: return CopyState::kDamaged;
  }
}

bool IsSame(const Copy& a, const Copy& b) {
  return a.stat && b.stat && a.stat->size_bytes == b.stat->size_bytes &&
         a.stat->sha256 == b.stat->sha256;
}

Result<std::string> GroupOf(const DaemonCaller& daemons, const wire::ObjectKey& key) {
  const std::string_view named = wire::GroupOfFileId(key.file_id.view());
  if (!named.empty()) return std::string(named);
  TRY(const wire::Location location, daemons.AskTrackers(wire::Addresses{key}));
  return location.group.str();
}

Copy LookAt(const DaemonCaller& daemons, const StorageLine& member, const wire::ObjectKey& key) {
  Copy copy{member.name, member.address};
  auto stat = daemons.Call(wire::Service::kStorage, member.address, wire::Stat{key});
  if (stat) {
    copy.stat = *stat;
    return copy;
  }
  copy.state = StateAfter(stat.error());
  copy.problem = stat.error().message();
  return copy;
}

Result<std::vector<Copy>> LookAtAll(const DaemonCaller& daemons, const wire::ObjectKey& key) {
  TRY(const std::string group, GroupOf(daemons, key));
  TRY(const wire::Groups groups, daemons.AskTrackers(wire::GroupList{}));
  TRY(const GroupList list, ParseGroupList(groups.lines.text));
  std::vector<Copy> copies;
  for (const StorageLine& member : list.storages)
    if (member.group == group) copies.push_back(LookAt(daemons, member, key));
  if (copies.empty())
    return Error::Make(Code::kNotFound, "verifying {}: there is no group {}", key.file_id.view(),
                       group);
  Judge(copies);
  return copies;
}

std::string CopyTable(const std::vector<Copy>& copies) {
  std::vector<std::vector<std::string>> rows{
      {"NODE", "ADDRESS", "COPY", "SIZE", "SHA256", "VERIFIED"}};
  for (const Copy& copy : copies) {
    std::vector<std::string> row{copy.node, copy.address, std::string(StateText(copy.state))};
    if (copy.stat)
      row.insert(row.end(), {std::to_string(copy.stat->size_bytes), HexFromBytes(copy.stat->sha256),
                             TimeText(copy.stat->verified_at_s)});
    else
      row.insert(row.end(), {"-", "-", copy.problem});
    rows.push_back(std::move(row));
  }
  return Table(rows);
}

Json::Value ToJson(const std::string& file_id, const std::vector<Copy>& copies) {
  Json::Value json;
  json["file_id"] = file_id;
  json["copies"] = Json::arrayValue;
  for (const Copy& copy : copies) {
    Json::Value& to = json["copies"].append(Json::objectValue);
    to["node"] = copy.node;
    to["address"] = copy.address;
    to["state"] = std::string(StateText(copy.state));
    if (copy.stat) {
      to["size"] = copy.stat->size_bytes;
      to["sha256"] = HexFromBytes(copy.stat->sha256);
      to["verified_at"] = TimeText(copy.stat->verified_at_s);
    } else {
      to["problem"] = copy.problem;
    }
  }
  return json;
}

Result<void> Verdict(const std::string& file_id, const std::vector<Copy>& copies) {
  const auto count = [&](CopyState state) {
    return std::ranges::count(copies, state, &Copy::state);
  };
  const auto all = std::ssize(copies);
  const auto healthy = count(CopyState::kHealthy);
  if (healthy == all) return {};
  const std::string what =
      fmt::format("verifying {}: {} of {} copies are healthy", file_id, healthy, all);
  if (count(CopyState::kMissing) == all) return Error(Code::kNotFound, what);
  if (healthy + count(CopyState::kUnavailable) == all) return Error(Code::kUnavailable, what);
  return Error(Code::kCorrupt, what);
}

}  // namespace

void Judge(std::vector<Copy>& copies) {
  const auto alike = [&](const Copy& copy) {
    return std::ranges::count_if(copies, [&](const Copy& other) { return IsSame(copy, other); });
  };
  const auto present =
      std::ranges::count_if(copies, [](const Copy& c) { return c.stat.has_value(); });
  for (Copy& copy : copies)
    if (copy.stat)
      copy.state = alike(copy) * 2 > present ? CopyState::kHealthy : CopyState::kDiffering;
}

Result<void> Verify(const DaemonCaller& daemons, const client::ObjectKey& key,
                    const Output& output) {
  TRY(const wire::ObjectKey on_wire, client::OnWire(key));
  TRY(const std::vector<Copy> copies, LookAtAll(daemons, on_wire));
  if (output.json)
    PrintJson(output, ToJson(key.file_id, copies));
  else
    output.out << CopyTable(copies);
  return Verdict(key.file_id, copies);
}

}  // namespace yundisk::cli
