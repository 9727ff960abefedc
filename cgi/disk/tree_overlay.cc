#include "cgi/disk/tree_overlay.h"

#include <algorithm>

#include "cgi/disk/natural_order.h"
#include "cgi/disk/rows.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

constexpr std::string_view kInsertNodes =
    "INSERT INTO nodes (id, user_id, parent_id, name, sort_key, kind, blob_id, size_bytes, "
    "revision, created_at, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::size_t kNodeColumns = 11;
// All rows exist: the quickest way to change many at once.
constexpr std::string_view kReplaceNodes =
    " ON DUPLICATE KEY UPDATE parent_id = VALUES(parent_id), name = VALUES(name), "
    "sort_key = VALUES(sort_key), blob_id = VALUES(blob_id), size_bytes = VALUES(size_bytes), "
    "revision = VALUES(revision), modified_at = VALUES(modified_at)";

void AppendNode(const Node& node, const std::string& sort_key, std::vector<db::Value>& values) {
  values.emplace_back(node.id);
  values.emplace_back(node.user_id);
  values.emplace_back(node.parent_id);
  values.emplace_back(AsBytes(node.name));
  values.emplace_back(AsBytes(sort_key));
  values.emplace_back(NameOf(node.kind));
  values.push_back(node.content ? db::Value(node.content->blob_id) : db::Value());
  values.emplace_back(node.size_bytes());
  values.emplace_back(node.revision);
  values.emplace_back(node.created_at_ms);
  values.emplace_back(node.modified_at_ms);
}

// How far one path was followed.
struct Walker {
  const Path* path;
  std::int64_t user_id;
  std::int64_t folder_id;
};

}  // namespace

Result<void> TreeOverlay::Lock(db::Session& session, std::vector<std::int64_t> user_ids) {
  std::ranges::sort(user_ids);
  const auto repeated = std::ranges::unique(user_ids);
  user_ids.erase(repeated.begin(), repeated.end());
  const std::vector<db::Value> values(user_ids.begin(), user_ids.end());
  TRY(const auto rows,
      QueryRows(session,
                "SELECT id, root_id, quota_bytes, used_bytes, journal_sequence FROM users "
                "WHERE id IN (",
                "?", ", ", ") ORDER BY id FOR UPDATE", values, 1));
  for (const db::Row& row : rows)
    users_[row.Int(0)] = {row.Int(0), row.Int(1), row.Unsigned(2), row.Unsigned(3),
                          row.Unsigned(4)};
  users_as_read_ = users_;
  return {};
}

Result<void> TreeOverlay::Load(db::Session& session, const std::vector<UserPath>& paths,
                               const KnownFolders& known) {
  std::vector<Walker> walkers;
  for (const UserPath& wanted : paths)
    if (const LockedUser* user = User(wanted.user_id))
      walkers.push_back({&wanted.path, user->id, user->root_id});
  for (std::size_t level = 0; !walkers.empty(); ++level) {
    std::erase_if(walkers, [&](const Walker& w) { return w.path->names().size() <= level; });
    std::set<ChildKey> keys;
    for (const Walker& w : walkers) {
      ChildKey key{w.user_id, w.folder_id, w.path->names()[level]};
      if (!Recall(known, key)) keys.insert(std::move(key));
    }
    TRY(std::vector<Node> found, FindChildren(session, {keys.begin(), keys.end()}));
    for (Node& node : found) Read(std::move(node));
    std::erase_if(walkers, [&](Walker& w) {
      const Node* child = Child(w.user_id, w.folder_id, w.path->names()[level]);
      if (child != nullptr) w.folder_id = child->id;
      return child == nullptr || !child->is_folder();
    });
  }
  return {};
}

bool TreeOverlay::Recall(const KnownFolders& known, const ChildKey& key) {
  if (children_.contains(key)) return true;
  const Node* const folder = known.Find(key, users_.at(key.user_id).journal_sequence);
  if (folder != nullptr) Read(*folder);
  return folder != nullptr;
}

void TreeOverlay::Read(Node node) {
  Place(node);
  nodes_[node.id] = std::move(node);
}

LockedUser* TreeOverlay::User(std::int64_t user_id) {
  const auto found = users_.find(user_id);
  return found == users_.end() ? nullptr : &found->second;
}

const Node* TreeOverlay::Child(std::int64_t user_id, std::int64_t parent_id,
                               const std::string& name) const {
  const auto found = children_.find({user_id, parent_id, name});
  return found == children_.end() ? nullptr : &nodes_.at(found->second);
}

void TreeOverlay::Place(const Node& node) {
  children_[{node.user_id, node.parent_id, node.name}] = node.id;
}

void TreeOverlay::Insert(Node node) {
  Place(node);
  inserted_.insert(node.id);
  nodes_[node.id] = std::move(node);
}

void TreeOverlay::Update(Node node) {
  const Node& before = nodes_.at(node.id);
  children_.erase({before.user_id, before.parent_id, before.name});
  Place(node);
  if (!inserted_.contains(node.id)) updated_.insert(node.id);
  nodes_[node.id] = std::move(node);
}

void TreeOverlay::Remove(const Node& node) {
  const std::int64_t id = node.id;
  children_.erase({node.user_id, node.parent_id, node.name});
  updated_.erase(id);
  if (inserted_.erase(id) == 0) removed_.insert(id);
  nodes_.erase(id);
}

Result<void> TreeOverlay::Flush(db::Session& session) const {
  // Deletions first: what they free may be another node's new name.
  TRY_VOID(DeleteRows(session));
  TRY_VOID(WriteNodes(session, updated_, kReplaceNodes));
  TRY_VOID(WriteNodes(session, inserted_, ""));
  return UpdateUsers(session);
}

Result<void> TreeOverlay::DeleteRows(db::Session& session) const {
  TRY_VOID(
      ExecuteIn(session, "DELETE FROM nodes WHERE id IN ", {}, {removed_.begin(), removed_.end()}));
  return {};
}

Result<void> TreeOverlay::WriteNodes(db::Session& session, const std::set<std::int64_t>& ids,
                                     std::string_view after) const {
  std::vector<std::string> sort_keys;
  sort_keys.reserve(ids.size());
  std::vector<db::Value> values;
  values.reserve(ids.size() * kNodeColumns);
  for (const std::int64_t id : ids) {
    const Node& node = nodes_.at(id);
    sort_keys.push_back(NaturalSortKey(node.name));
    AppendNode(node, sort_keys.back(), values);
  }
  TRY_VOID(session.ExecuteRows(std::string(kInsertNodes).append(after), values));
  return {};
}

Result<void> TreeOverlay::UpdateUsers(db::Session& session) const {
  for (const std::int64_t id : ChangedUsers()) {
    const LockedUser& user = users_.at(id);
    TRY_VOID(session.Execute("UPDATE users SET used_bytes = ?, journal_sequence = ? WHERE id = ?",
                             {user.used_bytes, user.journal_sequence, id}));
  }
  return {};
}

void TreeOverlay::Teach(KnownFolders& known) const {
  std::map<std::int64_t, std::vector<Node>> folders;
  for (const auto& [id, node] : nodes_)
    if (node.is_folder()) folders[node.user_id].push_back(node);
  for (const auto& [id, user] : users_)
    known.Learn(id, users_as_read_.at(id).journal_sequence, user.journal_sequence,
                std::move(folders[id]));
}

std::vector<std::int64_t> TreeOverlay::ChangedUsers() const {
  std::vector<std::int64_t> changed;
  for (const auto& [id, user] : users_) {
    const LockedUser& before = users_as_read_.at(id);
    if (user.journal_sequence != before.journal_sequence || user.used_bytes != before.used_bytes)
      changed.push_back(id);
  }
  return changed;
}

}  // namespace yundisk::disk
