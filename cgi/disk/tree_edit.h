// Changes of users' trees inside one transaction: checked and applied in memory one after another,
// then written together by Flush. A change that is refused leaves no trace, so one bad upload of a
// batch does not touch the others. Every change has its journal row, its quota bookkeeping and its
// blob references in the same transaction.
//
//   TreeEdit edit(session, ids, now_ms);
//   TRY_VOID(edit.Open({{user_id, path}}, {}));
//   TRY(Node folder, edit.MakeFolder(user_id, path, false));
//   TRY_VOID(edit.Flush());
//
// Order of row locks: users by id (Open), then blobs, then the nodes and pending objects of the
// locked users. The collector locks single blobs and pending objects only. Two transactions can
// still meet on blobs in different order; the deadlock's victim runs again (Pool::InTransaction).
//
// Bound to the transaction's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cgi/disk/blob_ledger.h"
#include "cgi/disk/http_headers.h"
#include "cgi/disk/node.h"
#include "cgi/disk/object_store.h"
#include "cgi/disk/tree_overlay.h"

namespace yundisk::disk {

struct PutRequest {
  std::int64_t user_id;
  Path path;
  Conditions conditions;
  ContentKey content;
  // The content under its own id; absent: the writer believes that a blob has it already.
  std::optional<StoredObject> stored;
};

struct PutResult {
  Node node;
  bool created = false;          // else replaced
  bool stored_was_used = false;  // else the stored object is surplus
};

struct MoveRequest {
  std::int64_t user_id;
  Path from;
  Path to;
  bool replace = false;
  Conditions conditions;  // on what is moved
};

struct FolderResult {
  Node node;
  bool created;
};

class TreeEdit {
 public:
  TreeEdit(db::Session& session, IdSource& ids, std::int64_t now_ms)
      : session_(session), ids_(ids), now_ms_(now_ms) {}

  // Once, first: locks the users of the paths and reads what lies on the paths, and the blobs with
  // the contents. The changes below may use these paths and contents only.
  Result<void> Open(const std::vector<UserPath>& paths, const std::vector<ContentKey>& contents,
                    const KnownFolders& known = {});

  // Makes missing parents. Nothing: the content is neither stored nor a blob any more; store it and
  // come again. kConflict (a folder in the way, a file as a parent), kPreconditionFailed,
  // kQuotaExceeded.
  Result<std::optional<PutResult>> Put(const PutRequest& request);
  // With `parents`, makes missing parents and takes an existing folder for success.
  Result<FolderResult> MakeFolder(std::int64_t user_id, const Path& path, bool parents);
  Result<Node> Move(const MoveRequest& request);
  // Removes a file, or an empty folder, or takes a folder with what is in it out of the tree
  // (kDetached), to be purged. kConflict for a folder that is not empty without `recursive`. Gives
  // what was there.
  Result<Node> Delete(std::int64_t user_id, const Path& path, bool recursive,
                      const Conditions& conditions);
  // For nodes that the caller read under the locks. Takes a folder with what is in it out of the
  // tree.
  void Detach(const Node& node);
  // Removes a file, or a folder without children.
  void Purge(const Node& node);

  Result<void> Flush();
  std::vector<std::int64_t> ChangedUsers() const { return overlay_.ChangedUsers(); }
  // After the commit of a transaction that only put files and made folders.
  void Teach(KnownFolders& known) const { overlay_.Teach(known); }

 private:
  struct JournalRow {
    std::int64_t user_id;
    std::uint64_t sequence;
    std::string_view action;
    std::int64_t node_id;
    std::string before;  // JSON; empty: none
    std::string after;
  };
  // The deepest node of a path that exists, and how many names lead to it.
  struct Deepest {
    std::int64_t id;
    const Node* node;  // null: the root
    std::size_t names;
  };

  Result<LockedUser*> FindUser(std::int64_t user_id);
  Result<Deepest> FindDeepest(std::int64_t user_id, const Path& path);
  Result<const Node*> FindExisting(std::int64_t user_id, const Path& path);
  // The folder that `path` lies in, which must exist.
  Result<std::int64_t> FindParent(std::int64_t user_id, const Path& path);
  Result<void> CheckPut(const PutRequest& request, const LockedUser& user,
                        const Node* existing) const;
  Result<std::vector<std::int64_t>> DrawIds(std::size_t count);
  // Makes the folders of `path` from name `from` to before name `to`; gives the last one's id.
  std::int64_t InsertFolders(std::int64_t user_id, const Path& path, const Deepest& deepest,
                             std::size_t to, const std::vector<std::int64_t>& ids);
  Node NewNode(std::int64_t id, std::int64_t user_id, std::int64_t parent_id, std::string name);
  void Replace(const Node& existing, Node& node, const Content& content);
  Result<void> CheckTarget(const MoveRequest& request, const Node& moved, const Node* target) const;
  bool LeadsThrough(std::int64_t user_id, const Path& path, std::int64_t node_id);
  void DropContent(const Node& node);
  void Record(std::string_view action, const Node* before, const Node* after);
  Result<void> WriteJournal();

  db::Session& session_;
  IdSource& ids_;
  std::int64_t now_ms_;
  TreeOverlay overlay_;
  BlobLedger blobs_;
  std::vector<JournalRow> journal_;
};

}  // namespace yundisk::disk
