#include "cgi/disk/upload_check.h"

#include <string>

namespace yundisk::disk {
namespace {

// Null when there is nothing at the path; kConflict when one of its parents is a file.
Result<NodePointer> FindOrNothing(TreeReader& reader, const TreeOwner& owner, const Path& path) {
  for (Path at = path; !at.IsRoot(); at = at.Parent()) {
    Result<NodePointer> node = reader.Find(owner, at);
    if (!node && node.error().code() == Code::kNotFound) continue;
    if (!node || at == path) return node;
    if (!(*node)->is_folder()) return Error::Make(Code::kConflict, "'{}' is a file", at.ToString());
    break;
  }
  return NodePointer();
}

Result<void> CheckQuota(db::Pool& pool, std::int64_t user_id, std::uint64_t before,
                        std::uint64_t after) {
  TRY(const auto session, pool.Acquire());
  TRY(const auto rows,
      session->Query("SELECT quota_bytes, used_bytes FROM users WHERE id = ?", {user_id}));
  if (rows.empty()) return Error(Code::kUnauthenticated, "the account does not exist any more");
  const std::uint64_t quota = rows.front().Unsigned(0);
  const std::uint64_t used = rows.front().Unsigned(1);
  if (quota == 0 || after <= before || used - before + after <= quota) return {};
  return Error::Make(Code::kQuotaExceeded, "{} of {} bytes are used, {} more are needed", used,
                     quota, after - before);
}

}  // namespace

Result<void> CheckUpload(db::Pool& pool, TreeReader& reader, const TreeOwner& owner,
                         const UploadTarget& target, std::optional<std::uint64_t> size_bytes) {
  TRY(const NodePointer existing, FindOrNothing(reader, owner, target.path));
  if (target.path.IsRoot() || (existing && existing->is_folder()))
    return Error::Make(Code::kConflict, "'{}' is a folder", target.path.ToString());
  TRY_VOID(target.conditions.Check(existing ? std::optional(existing->Etag()) : std::nullopt));
  // A client that does not tell the size needs one byte at least.
  return CheckQuota(pool, owner.user_id, existing ? existing->size_bytes() : 0,
                    size_bytes.value_or(existing ? existing->size_bytes() + 1 : 1));
}

}  // namespace yundisk::disk
