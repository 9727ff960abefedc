// What a user's tree holds: look-ups by path and folder listings, cached under the tree stamp, so
// that what is asked often costs neither MariaDB nor the building of JSON. While MariaDB is down,
// what is in the cache is still served.
//
// Thread-safe; blocks on MariaDB when the cache does not know.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cgi/disk/node.h"
#include "cgi/disk/stamped_cache.h"
#include "cgi/disk/stamps.h"
#include "common/base/clock.h"
#include "common/database/database.h"

namespace yundisk::disk {

// Whose tree, and where it begins.
struct TreeOwner {
  std::int64_t user_id;
  std::int64_t root_id;
};

// A window of a folder as the client gets it.
struct ListingDocument {
  std::string etag;
  std::shared_ptr<const std::string> json;
};

using NodePointer = std::shared_ptr<const Node>;
using ListingPointer = std::shared_ptr<const ListingDocument>;

// Which part of a folder is asked for.
struct ListingWindow {
  std::uint64_t limit;      // 1 to TreeReader::kListingLimitMax
  std::string_view cursor;  // empty: from the start
};

class TreeReader {
 public:
  static constexpr std::size_t kNodeCacheBytes = std::size_t{8} << 20;
  static constexpr std::size_t kListingCacheBytes = std::size_t{24} << 20;
  static constexpr std::uint64_t kListingLimitMax = 1000;

  // All outlive it.
  TreeReader(db::Pool& pool, const Stamps& stamps, const Clock& clock);

  // kNotFound. A path that ends in '/' finds folders only.
  Result<NodePointer> Find(const TreeOwner& owner, const Path& path);
  Result<NodePointer> FindById(std::int64_t user_id, std::int64_t node_id);
  // kNotFound, kConflict when the path is a file, kBadRequest for a cursor of another folder.
  Result<ListingPointer> List(const TreeOwner& owner, const Path& path,
                              const ListingWindow& window);

 private:
  template <typename Value, typename Read>
  Result<Value> Cached(StampedCache<std::string, Value>& cache, std::int64_t user_id,
                       const std::string& key, Read&& read);
  Result<ListingPointer> ReadListing(const TreeOwner& owner, const Path& path,
                                     const ListingWindow& window);

  db::Pool& pool_;
  const Stamps& stamps_;
  StampedCache<std::string, NodePointer> nodes_;
  StampedCache<std::string, ListingPointer> listings_;
};

}  // namespace yundisk::disk
