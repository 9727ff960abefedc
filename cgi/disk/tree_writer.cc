#include "cgi/disk/tree_writer.h"

#include <utility>

#include "common/base/log.h"

namespace yundisk::disk {
namespace {

// Folders looked into by one transaction of a purge.
constexpr std::uint64_t kFoldersAtOnce = 64;

}  // namespace

TreeWriter::TreeWriter(db::Pool& pool, IdSource& ids, const Clock& clock, const Stamps& stamps)
    : pool_(pool), ids_(ids), clock_(clock), stamps_(stamps) {}

// Runs `work(edit, session)` on the trees that `paths` name, in a transaction.
template <typename Work>
auto TreeWriter::Change(const std::vector<UserPath>& paths, Work&& work) {
  using Answer = decltype(work(std::declval<TreeEdit&>(), std::declval<db::Session&>()));
  std::vector<std::int64_t> changed;
  Answer answer = pool_.InTransaction([&](db::Session& session) -> Answer {
    TreeEdit edit(session, ids_, clock_.Now().time_since_epoch().count());
    TRY_VOID(edit.Open(paths, {}));
    Answer result = work(edit, session);
    if (!result.ok()) return result;
    TRY_VOID(edit.Flush());
    changed = edit.ChangedUsers();
    return result;
  });
  // Also after a failure: a commit whose answer was lost may have happened.
  for (const std::int64_t user_id : changed) stamps_.Raise(StampKind::kTree, user_id);
  return answer;
}

Result<FolderResult> TreeWriter::MakeFolder(std::int64_t user_id, const Path& path, bool parents) {
  return Change({{user_id, path}}, [&](TreeEdit& edit, db::Session&) {
    return edit.MakeFolder(user_id, path, parents);
  });
}

Result<Node> TreeWriter::Move(const MoveRequest& request) {
  return Change({{request.user_id, request.from}, {request.user_id, request.to}},
                [&](TreeEdit& edit, db::Session&) { return edit.Move(request); });
}

Result<void> TreeWriter::Delete(std::int64_t user_id, const Path& path, bool recursive,
                                const Conditions& conditions) {
  TRY(const Node deleted, Change({{user_id, path}}, [&](TreeEdit& edit, db::Session&) {
        return edit.Delete(user_id, path, recursive, conditions);
      }));
  if (!deleted.is_folder() || !recursive) return {};
  // It is gone from the tree, whatever the purge does.
  if (const Result<void> purged = Purge(user_id); !purged)
    LogWarning("purge of a deleted folder of user {}, left to the collector: {}", user_id,
               purged.error().message());
  return {};
}

Result<void> TreeWriter::PurgeAll() {
  for (std::int64_t user_id = 0;;) {
    TRY(const auto next, NextToPurge(user_id));
    if (!next) return {};
    user_id = *next;
    TRY_VOID(Purge(user_id));
  }
}

Result<std::optional<std::int64_t>> TreeWriter::NextToPurge(std::int64_t user_id) {
  TRY(const auto session, pool_.Acquire());
  TRY(const auto rows,
      session->Query("SELECT MIN(user_id) FROM nodes WHERE parent_id = ? AND user_id > ?",
                     {kDetached, user_id}));
  if (rows.front().IsNull(0)) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(rows.front().Int(0));
}

Result<void> TreeWriter::Purge(std::int64_t user_id) {
  for (bool more = true; more;) { TRY(more, PurgeSome(user_id)); }
  return {};
}

Result<bool> TreeWriter::PurgeSome(std::int64_t user_id) {
  return Change({{user_id, Path()}}, [&](TreeEdit& edit, db::Session& session) -> Result<bool> {
    std::uint64_t budget = kPurgedAtOnce;
    TRY(const auto tops, ListDetached(session, user_id, kFoldersAtOnce));
    for (const Node& top : tops) {
      TRY(const auto children, ListChildren(session, top.id, std::nullopt, budget));
      for (const Node& child : children) child.is_folder() ? edit.Detach(child) : edit.Purge(child);
      budget -= children.size();
      if (budget == 0) break;
      edit.Purge(top);
    }
    return !tops.empty();
  });
}

}  // namespace yundisk::disk
