#include "cgi/disk/tree_edit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <json/writer.h>

#include "cgi/disk/rows.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

// A node as the journal keeps it.
std::string StateOf(const Node& node) {
  std::string state =
      fmt::format(R"({{"parent":"{}","name":{},"kind":"{}","revision":{})", node.parent_id,
                  Json::valueToQuotedString(node.name.c_str()), NameOf(node.kind), node.revision);
  if (node.content)
    state +=
        fmt::format(R"(,"blob":"{}","size":{})", node.content->blob_id, node.content->size_bytes);
  return state + "}";
}

std::string Joined(const Path& path, std::size_t names) {
  std::string text;
  for (std::size_t i = 0; i < names; ++i) text.append("/").append(path.names()[i]);
  return text;
}

Error NothingAt(const Path& path) {
  return Error::Make(Code::kNotFound, "there is nothing at '{}'", path.ToString());
}

Error FolderInTheWay(const Path& path) {
  return Error::Make(Code::kConflict, "'{}' is a folder", path.ToString());
}

Error AlreadyThere(const Path& path) {
  return Error::Make(Code::kExists, "'{}' exists already", path.ToString());
}

Result<void> CheckQuota(const LockedUser& user, std::uint64_t before, std::uint64_t after) {
  if (user.quota_bytes == 0 || after <= before) return {};
  if (user.used_bytes - before + after <= user.quota_bytes) return {};
  return Error::Make(Code::kQuotaExceeded, "{} of {} bytes are used, {} more are needed",
                     user.used_bytes, user.quota_bytes, after - before);
}

}  // namespace

Result<void> TreeEdit::Open(const std::vector<UserPath>& paths,
                            const std::vector<ContentKey>& contents, const KnownFolders& known) {
  std::vector<std::int64_t> users;
  users.reserve(paths.size());
  for (const UserPath& path : paths) users.push_back(path.user_id);
  TRY_VOID(overlay_.Lock(session_, std::move(users)));
  TRY_VOID(overlay_.Load(session_, paths, known));
  return blobs_.Load(session_, contents);
}

Result<LockedUser*> TreeEdit::FindUser(std::int64_t user_id) {
  LockedUser* const user = overlay_.User(user_id);
  if (user == nullptr) return Error(Code::kUnauthenticated, "the account does not exist any more");
  return user;
}

Result<TreeEdit::Deepest> TreeEdit::FindDeepest(std::int64_t user_id, const Path& path) {
  TRY(const LockedUser* user, FindUser(user_id));
  Deepest deepest{user->root_id, nullptr, 0};
  while (deepest.names < path.names().size()) {
    if (deepest.node != nullptr && !deepest.node->is_folder())
      return Error::Make(Code::kConflict, "'{}' is a file", Joined(path, deepest.names));
    const Node* child = overlay_.Child(user_id, deepest.id, path.names()[deepest.names]);
    if (child == nullptr) break;
    deepest = {child->id, child, deepest.names + 1};
  }
  return deepest;
}

Result<const Node*> TreeEdit::FindExisting(std::int64_t user_id, const Path& path) {
  if (path.IsRoot()) return Error(Code::kConflict, "the root stays where it is");
  const Result<Deepest> deepest = FindDeepest(user_id, path);
  if (!deepest && deepest.error().code() != Code::kConflict) return deepest.error();
  if (!deepest || deepest->names != path.names().size()) return NothingAt(path);
  if (path.names_a_folder() && !deepest->node->is_folder()) return NothingAt(path);
  return deepest->node;
}

Result<std::int64_t> TreeEdit::FindParent(std::int64_t user_id, const Path& path) {
  TRY(const Deepest deepest, FindDeepest(user_id, path));
  if (deepest.names + 1 < path.names().size()) return NothingAt(path.Parent());
  if (deepest.names < path.names().size()) return deepest.id;
  return deepest.node->parent_id;
}

Result<std::vector<std::int64_t>> TreeEdit::DrawIds(std::size_t count) {
  std::vector<std::int64_t> ids;
  while (ids.size() < count) {
    TRY(const std::int64_t id, ids_.NextId());
    ids.push_back(id);
  }
  return ids;
}

Node TreeEdit::NewNode(std::int64_t id, std::int64_t user_id, std::int64_t parent_id,
                       std::string name) {
  Node node;
  node.id = id;
  node.user_id = user_id;
  node.parent_id = parent_id;
  node.name = std::move(name);
  node.created_at_ms = now_ms_;
  node.modified_at_ms = now_ms_;
  return node;
}

std::int64_t TreeEdit::InsertFolders(std::int64_t user_id, const Path& path, const Deepest& deepest,
                                     std::size_t to, const std::vector<std::int64_t>& ids) {
  std::int64_t parent_id = deepest.id;
  for (std::size_t i = deepest.names; i < to; ++i) {
    Node folder = NewNode(ids.at(i - deepest.names), user_id, parent_id, path.names()[i]);
    Record("create", nullptr, &folder);
    parent_id = folder.id;
    overlay_.Insert(std::move(folder));
  }
  return parent_id;
}

Result<void> TreeEdit::CheckPut(const PutRequest& request, const LockedUser& user,
                                const Node* existing) const {
  if (request.path.IsRoot() || (existing != nullptr && existing->is_folder()))
    return FolderInTheWay(request.path);
  TRY_VOID(request.conditions.Check(existing == nullptr ? std::optional<std::string>()
                                                        : existing->Etag()));
  return CheckQuota(user, existing == nullptr ? 0 : existing->size_bytes(),
                    request.content.size_bytes);
}

Result<std::optional<PutResult>> TreeEdit::Put(const PutRequest& request) {
  TRY(LockedUser * user, FindUser(request.user_id));
  TRY(const Deepest deepest, FindDeepest(request.user_id, request.path));
  const std::size_t depth = request.path.names().size();
  const Node* const existing = deepest.names == depth ? deepest.node : nullptr;
  TRY_VOID(CheckPut(request, *user, existing));
  std::optional<Content> content = blobs_.Find(request.content);
  if (!content && !request.stored) return std::optional<PutResult>();

  // Every id is drawn before anything changes, because drawing can fail.
  const std::size_t new_nodes = depth - deepest.names;
  TRY(const auto ids, DrawIds(new_nodes + (content ? 0 : 1)));
  PutResult result;
  result.created = existing == nullptr;
  result.stored_was_used = !content;
  if (!content) content = blobs_.Make(ids.back(), *request.stored);
  if (existing != nullptr) {
    Replace(*existing, result.node, *content);
  } else {
    const std::int64_t parent_id =
        InsertFolders(request.user_id, request.path, deepest, depth - 1, ids);
    result.node = NewNode(ids.at(new_nodes - 1), request.user_id, parent_id,
                          std::string(request.path.name()));
    result.node.kind = NodeKind::kFile;
    result.node.content = content;
    Record("create", nullptr, &result.node);
    overlay_.Insert(result.node);
  }
  blobs_.AddReference(content->blob_id);
  user->used_bytes += content->size_bytes;
  return std::optional<PutResult>(std::move(result));
}

void TreeEdit::Replace(const Node& existing, Node& node, const Content& content) {
  node = existing;
  node.content = content;
  node.revision += 1;
  node.modified_at_ms = now_ms_;
  Record("replace", &existing, &node);
  DropContent(existing);
  overlay_.Update(node);
}

void TreeEdit::DropContent(const Node& node) {
  if (!node.content) return;
  blobs_.DropReference(node.content->blob_id);
  LockedUser* const user = overlay_.User(node.user_id);
  CHECK(user != nullptr && user->used_bytes >= node.content->size_bytes);
  user->used_bytes -= node.content->size_bytes;
}

Result<FolderResult> TreeEdit::MakeFolder(std::int64_t user_id, const Path& path, bool parents) {
  if (path.IsRoot()) return AlreadyThere(path);
  TRY(const Deepest deepest, FindDeepest(user_id, path));
  const std::size_t depth = path.names().size();
  if (deepest.names == depth) {
    if (!deepest.node->is_folder())
      return Error::Make(Code::kConflict, "'{}' is a file", path.ToString());
    if (!parents) return AlreadyThere(path);
    return FolderResult{*deepest.node, false};
  }
  if (!parents && deepest.names + 1 < depth) return NothingAt(path.Parent());
  TRY(const auto ids, DrawIds(depth - deepest.names));
  const std::int64_t parent_id = InsertFolders(user_id, path, deepest, depth - 1, ids);
  Node folder = NewNode(ids.back(), user_id, parent_id, std::string(path.name()));
  Record("create", nullptr, &folder);
  overlay_.Insert(folder);
  return FolderResult{std::move(folder), true};
}

bool TreeEdit::LeadsThrough(std::int64_t user_id, const Path& path, std::int64_t node_id) {
  const LockedUser* const user = overlay_.User(user_id);
  std::int64_t folder_id = user->root_id;
  for (const std::string& name : path.names()) {
    const Node* const child = overlay_.Child(user_id, folder_id, name);
    if (child == nullptr) return false;
    if (child->id == node_id) return true;
    folder_id = child->id;
  }
  return false;
}

Result<void> TreeEdit::CheckTarget(const MoveRequest& request, const Node& moved,
                                   const Node* target) const {
  if (target == nullptr) {
    if (request.to.names_a_folder() && !moved.is_folder())
      return Error::Make(Code::kBadRequest, "'{}/' can only name a folder", request.to.ToString());
    return {};
  }
  if (!request.replace || moved.is_folder() || target->is_folder()) return AlreadyThere(request.to);
  return {};
}

Result<Node> TreeEdit::Move(const MoveRequest& request) {
  TRY(const Node* found, FindExisting(request.user_id, request.from));
  const Node moved = *found;
  TRY_VOID(request.conditions.Check(moved.Etag()));
  if (request.to.IsRoot()) return AlreadyThere(request.to);
  if (request.from == request.to) return moved;
  if (moved.is_folder() && LeadsThrough(request.user_id, request.to, moved.id))
    return Error(Code::kConflict, "a folder cannot be moved into itself");
  TRY(const std::int64_t parent_id, FindParent(request.user_id, request.to));
  const std::string name(request.to.name());
  const Node* const target = overlay_.Child(request.user_id, parent_id, name);
  TRY_VOID(CheckTarget(request, moved, target));
  if (target != nullptr) {
    Record("delete", target, nullptr);
    DropContent(*target);
    overlay_.Remove(Node(*target));
  }
  Node node = moved;
  node.parent_id = parent_id;
  node.name = name;
  node.revision += 1;
  Record("move", &moved, &node);
  overlay_.Update(node);
  return node;
}

Result<Node> TreeEdit::Delete(std::int64_t user_id, const Path& path, bool recursive,
                              const Conditions& conditions) {
  TRY(const Node* found, FindExisting(user_id, path));
  Node node = *found;
  TRY_VOID(conditions.Check(node.Etag()));
  TRY(const bool has_children, HasChildren(session_, node.id));
  if (has_children && !recursive)
    return Error::Make(Code::kConflict, "the folder '{}' is not empty", path.ToString());
  if (has_children)
    Detach(node);
  else
    Purge(node);
  return node;
}

void TreeEdit::Detach(const Node& node) {
  Record("delete", &node, nullptr);
  Node detached = node;
  detached.parent_id = kDetached;
  detached.name = std::to_string(node.id);
  overlay_.Read(node);
  overlay_.Update(std::move(detached));
}

void TreeEdit::Purge(const Node& node) {
  // A detached folder was journalled when it was detached.
  if (node.parent_id != kDetached) Record("delete", &node, nullptr);
  DropContent(node);
  overlay_.Remove(node);
}

void TreeEdit::Record(std::string_view action, const Node* before, const Node* after) {
  const Node& node = after == nullptr ? *before : *after;
  LockedUser* const user = overlay_.User(node.user_id);
  CHECK(user != nullptr);
  journal_.push_back({node.user_id, ++user->journal_sequence, action, node.id,
                      before == nullptr ? "" : StateOf(*before),
                      after == nullptr ? "" : StateOf(*after)});
}

Result<void> TreeEdit::WriteJournal() {
  constexpr std::size_t kColumns = 7;
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? db::Value() : db::Value(std::string_view(text));
  };
  std::vector<db::Value> values;
  values.reserve(journal_.size() * kColumns);
  for (const JournalRow& row : journal_) {
    values.emplace_back(row.user_id);
    values.emplace_back(row.sequence);
    values.emplace_back(now_ms_);
    values.emplace_back(row.action);
    values.emplace_back(row.node_id);
    values.push_back(text_or_null(row.before));
    values.push_back(text_or_null(row.after));
  }
  TRY_VOID(session_.ExecuteRows(
      "INSERT INTO journal (user_id, sequence, at, action, node_id, before_state, after_state) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      values));
  return {};
}

Result<void> TreeEdit::Flush() {
  TRY_VOID(blobs_.Flush(session_, now_ms_));
  TRY_VOID(overlay_.Flush(session_));
  return WriteJournal();
}

}  // namespace yundisk::disk
