// Changes of one user's tree, each in its own transaction: folders, moves, deletions. Uploads go
// through the Committer.
//
// A folder that is not empty is deleted in two steps: one transaction takes it out of the tree
// (from then on it is gone for everybody), then its nodes are purged in batches of bounded size,
// each of which gives its quota and blob references back. A process that dies in between leaves a
// detached subtree, which still counts in the quota; PurgeAll of the collector finishes it.
//
// Thread-safe; blocks on MariaDB.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cgi/disk/stamps.h"
#include "cgi/disk/tree_edit.h"
#include "common/base/clock.h"
#include "common/database/database.h"

namespace yundisk::disk {

class TreeWriter {
 public:
  // Nodes that one transaction of a purge removes.
  static constexpr std::uint64_t kPurgedAtOnce = 1000;

  // The tree stamp is raised after every commit, before the answer. All outlive the writer.
  TreeWriter(db::Pool& pool, IdSource& ids, const Clock& clock, const Stamps& stamps);

  Result<FolderResult> MakeFolder(std::int64_t user_id, const Path& path, bool parents);
  Result<Node> Move(const MoveRequest& request);
  // With everything in it when `recursive`.
  Result<void> Delete(std::int64_t user_id, const Path& path, bool recursive,
                      const Conditions& conditions);

  // Finishes every purge that a dead process left.
  Result<void> PurgeAll();

 private:
  template <typename Work>
  auto Change(const std::vector<UserPath>& paths, Work&& work);
  // The first user behind this one with a detached subtree.
  Result<std::optional<std::int64_t>> NextToPurge(std::int64_t user_id);
  // All detached subtrees of the user.
  Result<void> Purge(std::int64_t user_id);
  // One batch; false when nothing was left to purge.
  Result<bool> PurgeSome(std::int64_t user_id);

  db::Pool& pool_;
  IdSource& ids_;
  const Clock& clock_;
  const Stamps& stamps_;
};

}  // namespace yundisk::disk
