#include "storage_core/tracker/stores.h"

#include "common/base/bytes.h"
#include "common/database/announcement.h"

namespace yundisk::tracker {
namespace {

std::string_view TextOf(Standing standing) {
  switch (standing) {
    case Standing::kActive: return "active";
    case Standing::kDraining: return "draining";
    case Standing::kRemoved: return "removed";
  }
  return "";
}

Standing StandingFrom(std::string_view text) {
  if (text == "draining") return Standing::kDraining;
  return text == "removed" ? Standing::kRemoved : Standing::kActive;
}

}  // namespace

Result<std::string> DatabaseRouteStore::Find(const Owner& owner) {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  TRY(const std::vector<db::Row> rows,
      session->Query("SELECT group_name FROM routes WHERE application = ? AND user = ?",
                     {AsBytes(owner.application), AsBytes(owner.user)}));
  return rows.empty() ? std::string() : rows.front().Text(0);
}

Result<std::string> DatabaseRouteStore::Keep(const Owner& owner, std::string_view group) {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  // One statement: two trackers that choose at once end up with the same group.
  TRY(const std::vector<db::Row> rows,
      session->Query("INSERT INTO routes (application, user, group_name, created_at) "
                     "VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE group_name = group_name "
                     "RETURNING group_name",
                     {AsBytes(owner.application), AsBytes(owner.user), AsBytes(group),
                      clock_->Now().time_since_epoch().count()}));
  CHECK(rows.size() == 1);
  return rows.front().Text(0);
}

Result<std::vector<Member>> DatabaseMemberStore::Load() {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  TRY(const std::vector<db::Row> rows,
      session->Query("SELECT group_name, host_name, address, joined_at, started_at, standing "
                     "FROM members"));
  std::vector<Member> members;
  for (const db::Row& row : rows)
    members.push_back({{row.Text(0), row.Text(1)},
                       row.Text(2),
                       static_cast<std::uint64_t>(row.Int(3)),
                       static_cast<std::uint64_t>(row.Int(4)),
                       StandingFrom(row.Text(5))});
  return members;
}

Result<void> DatabaseMemberStore::Save(const Member& member) {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  // The server assigns from left to right: what reads the old standing or start time comes first.
  TRY_VOID(session->Execute(
      "INSERT INTO members (group_name, host_name, address, joined_at, started_at) "
      "VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
      "standing = IF(standing = 'removed' AND VALUES(started_at) > started_at, 'active', "
      "standing), "
      "address = IF(standing = 'removed', address, VALUES(address)), "
      "started_at = IF(standing = 'removed', started_at, VALUES(started_at))",
      {AsBytes(member.name.group), AsBytes(member.name.host), std::string_view(member.address),
       member.joined_at_s, member.started_at_s}));
  return {};
}

Result<void> DatabaseMemberStore::SetStanding(const NodeName& name, Standing standing) {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  TRY(const std::uint64_t rows,
      session->Execute("UPDATE members SET standing = ? WHERE group_name = ? AND host_name = ? AND "
                       "standing <> 'removed'",
                       {TextOf(standing), AsBytes(name.group), AsBytes(name.host)}));
  if (rows == 0)
    return Error::Make(Code::kNotFound, "storage {}/{} is no member", name.group, name.host);
  return {};
}

Result<DirectoryTables> DatabaseDirectoryStore::Load() {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  TRY(const std::vector<db::Row> groups,
      session->Query("SELECT group_name, region, reserve_bytes FROM storage_groups"));
  TRY(const std::vector<db::Row> services,
      session->Query("SELECT number, name, address, weight FROM services WHERE enabled AND "
                     "(announced_at IS NULL OR announced_at > UNIX_TIMESTAMP() - ?) "
                     "ORDER BY number, weight DESC, address",
                     {std::int64_t{db::Announcement::kLife.count()}}));
  DirectoryTables tables;
  for (const db::Row& row : groups) tables.groups[row.Text(0)] = {row.Text(1), row.Unsigned(2)};
  for (const db::Row& row : services)
    tables.services.push_back({static_cast<std::uint32_t>(row.Unsigned(0)), row.Text(1),
                               row.Text(2), static_cast<std::uint32_t>(row.Unsigned(3))});
  return tables;
}

}  // namespace yundisk::tracker
