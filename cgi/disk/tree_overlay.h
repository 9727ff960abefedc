// The part of some users' trees that one transaction works on: what it read, and what it wants to
// change, in memory until Flush writes it with few statements. Used by TreeEdit alone; bound to the
// transaction's thread.
//
// The users' rows are locked for the whole transaction and every change of a tree locks its user's
// row first, so what was read here cannot change underneath.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cgi/disk/known_folders.h"
#include "cgi/disk/node.h"

namespace yundisk::disk {

struct UserPath {
  std::int64_t user_id;
  Path path;
};

struct LockedUser {
  std::int64_t id;
  std::int64_t root_id;
  std::uint64_t quota_bytes;  // 0: none
  std::uint64_t used_bytes;
  std::uint64_t journal_sequence;
};

class TreeOverlay {
 public:
  // First of all. Locks the rows of the users, in id order, so that two transactions never wait for
  // each other in a circle. A user that does not exist stays unknown.
  Result<void> Lock(db::Session& session, std::vector<std::int64_t> user_ids);
  // Reads all nodes on these paths but the known ones, level by level for all of them together.
  // Afterwards a child of a path that is not here does not exist.
  Result<void> Load(db::Session& session, const std::vector<UserPath>& paths,
                    const KnownFolders& known);

  // Takes in a node that was read under the locks in another way.
  void Read(Node node);

  // Null when unknown.
  LockedUser* User(std::int64_t user_id);
  // Null when it does not exist. Valid until the next change of the overlay.
  const Node* Child(std::int64_t user_id, std::int64_t parent_id, const std::string& name) const;

  void Insert(Node node);
  // By its id; parent and name may differ from before.
  void Update(Node node);
  void Remove(const Node& node);

  // Writes the changes of nodes, then those of users.
  Result<void> Flush(db::Session& session) const;
  // Tells what was met, once the transaction is committed.
  void Teach(KnownFolders& known) const;
  // Those whose tree or quota changed.
  std::vector<std::int64_t> ChangedUsers() const;

 private:
  // Whether the child has been read, or is known from before and now counts as read.
  bool Recall(const KnownFolders& known, const ChildKey& key);
  void Place(const Node& node);
  Result<void> DeleteRows(db::Session& session) const;
  Result<void> WriteNodes(db::Session& session, const std::set<std::int64_t>& ids,
                          std::string_view after) const;
  Result<void> UpdateUsers(db::Session& session) const;

  std::map<std::int64_t, LockedUser> users_;
  std::map<std::int64_t, LockedUser> users_as_read_;
  std::unordered_map<std::int64_t, Node> nodes_;
  std::map<ChildKey, std::int64_t> children_;
  // Disjoint.
  std::set<std::int64_t> inserted_;
  std::set<std::int64_t> updated_;
  std::set<std::int64_t> removed_;
};

}  // namespace yundisk::disk
