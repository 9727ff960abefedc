#include "storage_core/cli/copies.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/protocol/address.h"
#include "storage_core/cli/group_list.h"
#include "storage_core/cli/output.h"
#include "storage_core/client/object_key.h"

namespace yundisk::cli {
namespace {

CopyState StateOf(const wire::CopyTold& told) {
  switch (told.state) {
    case wire::CopyState::kHealthy: return CopyState::kHealthy;
    case wire::CopyState::kDamaged: return CopyState::kDamaged;
    case wire::CopyState::kDeleted: return CopyState::kDeleted;
    default: return CopyState::kMissing;
  }
}

bool IsWhole(const Copy& copy) {
  return copy.told && copy.told->state == wire::CopyState::kHealthy;
}

bool IsSame(const Copy& a, const Copy& b) {
  return IsWhole(a) && IsWhole(b) && a.told->size_bytes == b.told->size_bytes &&
         a.told->sha256 == b.told->sha256;
}

Result<std::string> GroupOf(const DaemonCaller& daemons, const wire::ObjectKey& key) {
  const std::string_view named = wire::GroupOfFileId(key.file_id.view());
  if (!named.empty()) return std::string(named);
  TRY(const wire::Location location, daemons.AskTrackers(wire::Addresses{key}));
  return location.group.str();
}

Copy AskOne(const DaemonCaller& daemons, const StorageLine& member, const wire::CopyOf& question) {
  Copy copy{member.name, member.address, member.standing != "draining"};
  const auto told = daemons.Call(wire::Service::kStorage, member.address, question);
  if (told) {
    copy.state = StateOf(*told);
    if (copy.state == CopyState::kHealthy || copy.state == CopyState::kDamaged) copy.told = *told;
    copy.mended = told->found != told->state && told->state == wire::CopyState::kHealthy;
    return copy;
  }
  // A member that knows of damage says so in its answer; an error says nothing of the copy.
  copy.problem = told.error().message();
  return copy;
}

std::string TailOf(const CopyCount& count) {
  std::string tail;
  if (count.mended > 0) tail += fmt::format(", {} mended", count.mended);
  if (count.healthy > 0)
    tail += fmt::format(", all read at {} or later", TimeText(count.verified_at_s));
  return tail;
}

}  // namespace

std::string_view StateText(CopyState state) {
  switch (state) {
    case CopyState::kHealthy: return "healthy";
    case CopyState::kMissing: return "missing";
    case CopyState::kDeleted: return "deleted";
    case CopyState::kDiffering: return "differing";
    case CopyState::kDamaged: return "damaged";
    case CopyState::kUnavailable: return "unavailable";
  }
  return "";
}

Result<std::vector<Copy>> AskForCopies(const DaemonCaller& daemons, const client::ObjectKey& key,
                                       wire::CopyAction action) {
  TRY(const wire::ObjectKey on_wire, client::OnWire(key));
  TRY(const std::string group, GroupOf(daemons, on_wire));
  TRY(const wire::Groups groups, daemons.AskTrackers(wire::GroupList{}));
  TRY(const GroupList list, ParseGroupList(groups.lines.text));
  const wire::CopyOf question{static_cast<std::uint8_t>(action), on_wire};
  std::vector<Copy> copies;
  for (const StorageLine& member : list.storages)
    if (member.group == group) copies.push_back(AskOne(daemons, member, question));
  if (copies.empty())
    return Error::Make(Code::kNotFound, "object {}: there is no group {}", key.file_id, group);
  Judge(copies);
  return copies;
}

void Judge(std::vector<Copy>& copies) {
  const auto alike = [&](const Copy& copy) {
    return std::ranges::count_if(copies, [&](const Copy& other) { return IsSame(copy, other); });
  };
  const auto whole = std::ranges::count_if(copies, IsWhole);
  for (Copy& copy : copies)
    if (IsWhole(copy))
      copy.state = alike(copy) * 2 > whole ? CopyState::kHealthy : CopyState::kDiffering;
}

CopyCount Count(const std::vector<Copy>& copies) {
  CopyCount count;
  for (const Copy& copy : copies) {
    count.anywhere |= copy.told.has_value();
    if (copy.mended) ++count.mended;
    if (copy.told)
      count.largest_size_bytes = std::max(count.largest_size_bytes, copy.told->size_bytes);
    if (!copy.wanted) continue;
    ++count.wanted;
    if (copy.state == CopyState::kUnavailable) ++count.unavailable;
    if (copy.state != CopyState::kHealthy) continue;
    const std::uint64_t at_s = copy.told->verified_at_s;
    count.verified_at_s = count.healthy == 0 ? at_s : std::min(count.verified_at_s, at_s);
    ++count.healthy;
  }
  return count;
}

std::string CopyText(const std::vector<Copy>& copies) {
  std::vector<std::vector<std::string>> rows{
      {"NODE", "ADDRESS", "COPY", "SIZE", "SHA256", "VERIFIED"}};
  for (const Copy& copy : copies) {
    std::string state(StateText(copy.state));
    if (copy.mended) state += ", mended";
    if (!copy.wanted) state += ", draining";
    std::vector<std::string> row{copy.node, copy.address, std::move(state)};
    if (copy.told)
      row.insert(row.end(), {std::to_string(copy.told->size_bytes), HexFromBytes(copy.told->sha256),
                             TimeText(copy.told->verified_at_s)});
    else
      row.insert(row.end(), {"-", "-", copy.problem.empty() ? "-" : copy.problem});
    rows.push_back(std::move(row));
  }
  const CopyCount count = Count(copies);
  return fmt::format("{}copies {} of {} healthy{}\n", Table(rows), count.healthy, count.wanted,
                     TailOf(count));
}

Json::Value ToJson(const std::string& file_id, const std::vector<Copy>& copies) {
  const CopyCount count = Count(copies);
  Json::Value json;
  json["file_id"] = file_id;
  json["healthy"] = Json::UInt64{count.healthy};
  json["wanted"] = Json::UInt64{count.wanted};
  json["mended"] = Json::UInt64{count.mended};
  if (count.healthy > 0) json["verified_at"] = TimeText(count.verified_at_s);
  json["copies"] = Json::arrayValue;
  for (const Copy& copy : copies) {
    Json::Value& to = json["copies"].append(Json::objectValue);
    to["node"] = copy.node;
    to["address"] = copy.address;
    to["state"] = std::string(StateText(copy.state));
    to["wanted"] = copy.wanted;
    to["mended"] = copy.mended;
    if (copy.told) {
      to["size"] = copy.told->size_bytes;
      to["sha256"] = HexFromBytes(copy.told->sha256);
      to["verified_at"] = TimeText(copy.told->verified_at_s);
    }
    if (!copy.problem.empty()) to["problem"] = copy.problem;
  }
  return json;
}

Result<void> Verdict(std::string_view doing, const std::string& file_id,
                     const std::vector<Copy>& copies) {
  const CopyCount count = Count(copies);
  if (count.healthy == count.wanted && count.healthy > 0) return {};
  const std::string what = fmt::format("{} {}: {} of {} copies are healthy", doing, file_id,
                                       count.healthy, count.wanted);
  const bool all_told =
      std::ranges::find(copies, CopyState::kUnavailable, &Copy::state) == copies.end();
  if (!count.anywhere && all_told)
    return Error::Make(Code::kNotFound, "{} {}: no member of its group has it", doing, file_id);
  if (!count.anywhere) return Error(Code::kUnavailable, what);
  if (count.healthy + count.unavailable == count.wanted) return Error(Code::kUnavailable, what);
  return Error(Code::kCorrupt, what);
}

}  // namespace yundisk::cli
