#include "storage_core/tracker/stores.h"

#include "common/base/bytes.h"

namespace yundisk::tracker {

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
      session->Query("SELECT group_name, host_name, address, joined_at FROM members"));
  std::vector<Member> members;
  for (const db::Row& row : rows)
    members.push_back(
        {{row.Text(0), row.Text(1)}, row.Text(2), static_cast<std::uint64_t>(row.Int(3))});
  return members;
}

Result<void> DatabaseMemberStore::Save(const Member& member) {
  TRY(const db::Pool::Lease session, pool_->Acquire());
  TRY_VOID(session->Execute(
      "INSERT INTO members (group_name, host_name, address, joined_at) VALUES (?, ?, ?, ?) "
      "ON DUPLICATE KEY UPDATE address = VALUES(address)",
      {AsBytes(member.name.group), AsBytes(member.name.host), std::string_view(member.address),
       member.joined_at_s}));
  return {};
}

}  // namespace yundisk::tracker
