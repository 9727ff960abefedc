// A file or folder of a user's tree, and the queries that read nodes from MariaDB. Values and
// functions; a db::Session belongs to its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cgi/disk/path.h"
#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::disk {

enum class NodeKind { kFolder, kFile };

// "folder", "file": as in MariaDB and in JSON.
std::string_view NameOf(NodeKind kind);

// What a file holds. Immutable: new content is another blob.
struct Content {
  std::int64_t blob_id = 0;
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  std::string file_id;  // in the storage core
};

struct Node {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::int64_t parent_id = 0;  // 0: a root; kDetached: deleted, waits for the purge
  std::string name;            // empty: a root
  NodeKind kind = NodeKind::kFolder;
  std::optional<Content> content;  // files have it
  std::uint64_t revision = 1;      // raised by every change of the node itself
  std::int64_t created_at_ms = 0;  // since 1970
  std::int64_t modified_at_ms = 0;

  bool is_folder() const { return kind == NodeKind::kFolder; }
  std::uint64_t size_bytes() const { return content ? content->size_bytes : 0; }
  // Strong, with quotes: a file's is its content, a folder's its id and revision.
  std::string Etag() const;
};

// The parent of deleted subtrees that are not purged yet (tree_writer.h). No path leads there.
inline constexpr std::int64_t kDetached = -1;

struct ChildKey {
  std::int64_t user_id;
  std::int64_t parent_id;
  std::string name;
  auto operator<=>(const ChildKey&) const = default;
};

// Where a listing goes on: behind this entry.
struct ListingPosition {
  NodeKind kind;
  std::string sort_key;
  std::int64_t id;
};

// Those of `keys` that exist, in any order; one round trip for every kRowsAtOnce keys.
Result<std::vector<Node>> FindChildren(db::Session& session, const std::vector<ChildKey>& keys);
// By id; only the user's own, and only when it is not detached itself.
Result<std::optional<Node>> FindNode(db::Session& session, std::int64_t user_id,
                                     std::int64_t node_id);
// One round trip for every 8 names.
Result<std::optional<Node>> FindByPath(db::Session& session, std::int64_t user_id,
                                       std::int64_t root_id, const Path& path);
// Up to `limit` children in listing order: folders first, then names in natural order. One indexed
// range read.
Result<std::vector<Node>> ListChildren(db::Session& session, std::int64_t folder_id,
                                       const std::optional<ListingPosition>& after,
                                       std::uint64_t limit);
// Deleted folders of the user that are not purged yet.
Result<std::vector<Node>> ListDetached(db::Session& session, std::int64_t user_id,
                                       std::uint64_t limit);
Result<bool> HasChildren(db::Session& session, std::int64_t folder_id);

}  // namespace yundisk::disk
