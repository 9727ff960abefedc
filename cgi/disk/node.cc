#include "cgi/disk/node.h"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "cgi/disk/rows.h"
#include "common/http/entity_tags.h"

namespace yundisk::disk {
namespace {

// The aliases n (the node) and b (its blob) are the caller's to define.
constexpr std::string_view kColumns =
    "n.id, n.user_id, n.parent_id, n.name, n.kind, n.revision, n.created_at, n.modified_at, "
    "n.blob_id, n.size_bytes, b.sha256, b.file_id";
constexpr std::string_view kTables = "nodes n LEFT JOIN blobs b ON b.id = n.blob_id";

// Names looked up by one statement. Every table of the join is constant for the optimiser (a whole
// unique key is given), so its cost is that many key look-ups.
constexpr std::size_t kNamesAtOnce = 8;

Node NodeFrom(const db::Row& row) {
  Node node;
  node.id = row.Int(0);
  node.user_id = row.Int(1);
  node.parent_id = row.Int(2);
  node.name = row.Text(3);
  node.kind = row.Text(4) == "folder" ? NodeKind::kFolder : NodeKind::kFile;
  node.revision = row.Unsigned(5);
  node.created_at_ms = row.Int(6);
  node.modified_at_ms = row.Int(7);
  if (!row.IsNull(8))
    node.content = Content{row.Int(8), row.Unsigned(9), row.Digest(10), row.Text(11)};
  return node;
}

std::vector<Node> NodesFrom(const std::vector<db::Row>& rows) {
  std::vector<Node> nodes;
  nodes.reserve(rows.size());
  std::ranges::transform(rows, std::back_inserter(nodes), NodeFrom);
  return nodes;
}

// The node `names.size()` levels below `folder_id`: n0, n1, ... are the folders on the way, n is
// it.
Result<std::optional<Node>> FindBelow(db::Session& session, std::int64_t user_id,
                                      std::int64_t folder_id, std::span<const std::string> names) {
  std::string tables;
  std::string conditions;
  std::string parent = "?";
  std::vector<db::Value> values;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string alias = i + 1 < names.size() ? fmt::format("n{}", i) : "n";
    if (alias != "n") tables += fmt::format("nodes {} JOIN ", alias);
    conditions += fmt::format("{0}{1}.user_id = ? AND {1}.parent_id = {2} AND {1}.name = ?",
                              i == 0 ? "" : " AND ", alias, parent);
    parent = alias + ".id";
    values.emplace_back(user_id);
    if (i == 0) values.emplace_back(folder_id);
    values.emplace_back(std::string_view(names[i]));
  }
  TRY(const auto rows, session.Query(fmt::format("SELECT {} FROM {}{} WHERE {}", kColumns, tables,
                                                 kTables, conditions),
                                     values));
  if (rows.empty()) return std::optional<Node>();
  return std::optional<Node>(NodeFrom(rows.front()));
}

}  // namespace

std::string_view NameOf(NodeKind kind) { return kind == NodeKind::kFolder ? "folder" : "file"; }

std::string Node::Etag() const {
  return content ? http::ContentEtag(content->sha256)
                 : fmt::format("\"folder-{}-{}\"", id, revision);
}

Result<std::vector<Node>> FindChildren(db::Session& session, const std::vector<ChildKey>& keys) {
  std::vector<db::Value> values;
  values.reserve(keys.size() * 3);
  for (const ChildKey& key : keys) {
    values.emplace_back(key.user_id);
    values.emplace_back(key.parent_id);
    values.emplace_back(std::string_view(key.name));
  }
  // Ranges of one key each; MariaDB does not turn a row-value IN into ranges.
  TRY(const auto rows,
      QueryRows(session, fmt::format("SELECT {} FROM {} WHERE ", kColumns, kTables),
                "(n.user_id = ? AND n.parent_id = ? AND n.name = ?)", " OR ", "", values, 3));
  return NodesFrom(rows);
}

Result<std::optional<Node>> FindNode(db::Session& session, std::int64_t user_id,
                                     std::int64_t node_id) {
  TRY(const auto rows,
      session.Query(fmt::format("SELECT {} FROM {} WHERE n.id = ? AND n.user_id = ? AND "
                                "n.parent_id >= 0",
                                kColumns, kTables),
                    {node_id, user_id}));
  if (rows.empty()) return std::optional<Node>();
  return std::optional<Node>(NodeFrom(rows.front()));
}

Result<std::optional<Node>> FindByPath(db::Session& session, std::int64_t user_id,
                                       std::int64_t root_id, const Path& path) {
  if (path.IsRoot()) return FindNode(session, user_id, root_id);
  std::span<const std::string> names = path.names();
  std::int64_t folder_id = root_id;
  while (names.size() > kNamesAtOnce) {
    TRY(const auto folder, FindBelow(session, user_id, folder_id, names.first(kNamesAtOnce)));
    if (!folder) return std::optional<Node>();
    folder_id = folder->id;
    names = names.subspan(kNamesAtOnce);
  }
  return FindBelow(session, user_id, folder_id, names);
}

Result<std::vector<Node>> ListChildren(db::Session& session, std::int64_t folder_id,
                                       const std::optional<ListingPosition>& after,
                                       std::uint64_t limit) {
  // An ENUM is compared as text by '<' but sorted by its number, so "behind" is spelt out.
  constexpr std::string_view kBehind =
      "n.kind = '{0}' AND (n.sort_key > ? OR (n.sort_key = ? AND n.id > ?))";
  std::string condition;
  std::vector<db::Value> values{folder_id};
  if (after) {
    condition = fmt::format(fmt::runtime(kBehind), NameOf(after->kind));
    if (after->kind == NodeKind::kFolder)
      condition = fmt::format("(n.kind = 'file' OR ({}))", condition);
    condition = " AND " + condition;
    values.insert(values.end(), {AsBytes(after->sort_key), AsBytes(after->sort_key), after->id});
  }
  values.emplace_back(limit);
  TRY(const auto rows,
      session.Query(fmt::format("SELECT {} FROM nodes n FORCE INDEX (listing) LEFT JOIN blobs b ON "
                                "b.id = n.blob_id WHERE n.parent_id = ?{} "
                                "ORDER BY n.kind, n.sort_key, n.id LIMIT ?",
                                kColumns, condition),
                    values));
  return NodesFrom(rows);
}

Result<std::vector<Node>> ListDetached(db::Session& session, std::int64_t user_id,
                                       std::uint64_t limit) {
  TRY(const auto rows,
      session.Query(fmt::format("SELECT {} FROM {} WHERE n.user_id = ? AND n.parent_id = ? LIMIT ?",
                                kColumns, kTables),
                    {user_id, kDetached, limit}));
  return NodesFrom(rows);
}

Result<bool> HasChildren(db::Session& session, std::int64_t folder_id) {
  TRY(const auto rows,
      session.Query("SELECT 1 FROM nodes WHERE parent_id = ? LIMIT 1", {folder_id}));
  return !rows.empty();
}

}  // namespace yundisk::disk
