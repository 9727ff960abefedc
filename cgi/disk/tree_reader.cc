#include "cgi/disk/tree_reader.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cgi/disk/content_digest.h"
#include "cgi/disk/entry_json.h"
#include "cgi/disk/listing_cursor.h"
#include "cgi/disk/natural_order.h"

namespace yundisk::disk {
namespace {

constexpr std::size_t kEtagBytes = 16;

// Unambiguous: the number is of fixed width, and a text comes last.
std::string KeyOf(std::int64_t user_id, std::string_view rest) {
  std::array<std::byte, 8> user;
  StoreBig(user.data(), static_cast<std::uint64_t>(user_id));
  return std::string(AsText(user)).append(rest);
}

std::size_t SizeOf(const NodePointer& node) {
  return sizeof(Node) + node->name.size() + (node->content ? node->content->file_id.size() : 0);
}

std::size_t SizeOf(const ListingPointer& listing) {
  return sizeof(ListingDocument) + listing->json->size() + listing->etag.size();
}

Error NothingAt(const Path& path) {
  return Error::Make(Code::kNotFound, "there is nothing at '{}'", path.ToString());
}

}  // namespace

TreeReader::TreeReader(db::Pool& pool, const Stamps& stamps, const Clock& clock)
    : pool_(pool),
      stamps_(stamps),
      nodes_(kNodeCacheBytes, clock),
      listings_(kListingCacheBytes, clock) {}

template <typename Value, typename Read>
Result<Value> TreeReader::Cached(StampedCache<std::string, Value>& cache, std::int64_t user_id,
                                 const std::string& key, Read&& read) {
  // Before MariaDB is asked: stamps.h says why.
  const std::uint64_t stamp = stamps_.Read(StampKind::kTree, user_id);
  if (auto hit = cache.Find(key, stamp)) return *std::move(hit);
  Result<Value> fresh = read();
  if (fresh.ok()) {
    cache.Insert(key, *fresh, key.size() + SizeOf(*fresh), stamp);
  } else if (fresh.error().code() == Code::kUnavailable) {
    if (auto outdated = cache.FindOutdated(key, stamp)) return *std::move(outdated);
  }
  return fresh;
}

Result<NodePointer> TreeReader::Find(const TreeOwner& owner, const Path& path) {
  const std::string key = KeyOf(owner.user_id, path.ToString());
  TRY(NodePointer node, Cached(nodes_, owner.user_id, key, [&]() -> Result<NodePointer> {
        TRY(const auto session, pool_.Acquire());
        TRY(auto found, FindByPath(*session, owner.user_id, owner.root_id, path));
        if (!found) return NothingAt(path);
        return std::make_shared<const Node>(*std::move(found));
      }));
  if (path.names_a_folder() && !node->is_folder()) return NothingAt(path);
  return node;
}

Result<NodePointer> TreeReader::FindById(std::int64_t user_id, std::int64_t node_id) {
  // No path begins without '/'.
  const std::string key = KeyOf(user_id, std::to_string(node_id));
  return Cached(nodes_, user_id, key, [&]() -> Result<NodePointer> {
    TRY(const auto session, pool_.Acquire());
    TRY(auto found, FindNode(*session, user_id, node_id));
    if (!found) return Error(Code::kNotFound, "the file is not there any more");
    return std::make_shared<const Node>(*std::move(found));
  });
}

Result<ListingPointer> TreeReader::List(const TreeOwner& owner, const Path& path,
                                        const ListingWindow& window) {
  const std::string key =
      KeyOf(owner.user_id, fmt::format("{} {} {}", window.limit, window.cursor, path.ToString()));
  return Cached(listings_, owner.user_id, key,
                [&]() -> Result<ListingPointer> { return ReadListing(owner, path, window); });
}

Result<ListingPointer> TreeReader::ReadListing(const TreeOwner& owner, const Path& path,
                                               const ListingWindow& window) {
  TRY(const NodePointer folder, Find(owner, path));
  if (!folder->is_folder()) return Error::Make(Code::kConflict, "'{}' is a file", path.ToString());
  std::optional<ListingPosition> after;
  if (!window.cursor.empty()) { TRY(after, DecodeCursor(window.cursor, folder->id)); }
  TRY(const auto session, pool_.Acquire());
  // One more than asked for tells whether the folder goes on.
  TRY(std::vector<Node> entries, ListChildren(*session, folder->id, after, window.limit + 1));
  std::optional<std::string> next_cursor;
  if (entries.size() > window.limit) {
    entries.pop_back();
    const Node& last = entries.back();
    next_cursor = EncodeCursor(folder->id, {last.kind, NaturalSortKey(last.name), last.id});
  }
  auto json = std::make_shared<const std::string>(ListingJson(path, entries, next_cursor));
  const Sha256 sha256 = DigestOf(AsBytes(*json)).sha256;
  std::string etag = '"' + HexFromBytes(ByteView(sha256).first(kEtagBytes)) + '"';
  return std::make_shared<const ListingDocument>(ListingDocument{std::move(etag), std::move(json)});
}

}  // namespace yundisk::disk
