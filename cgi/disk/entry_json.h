// Entries and listings as the API's JSON (docs/openapi.yaml: Entry, Listing). Written directly,
// because every upload and every uncached listing makes them. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cgi/disk/node.h"
#include "cgi/disk/path.h"

namespace yundisk::disk {

std::string EntryJson(const Node& node, const Path& path);
std::string ListingJson(const Path& folder, const std::vector<Node>& entries,
                        const std::optional<std::string>& next_cursor);

}  // namespace yundisk::disk
