// The opaque cursor of a listing: where the next window begins. Pure functions.
//
// base64url (no padding) of: version 1 | folder id, 8 bytes | kind, 1 byte | node id, 8 bytes |
// sort key. It gives no power over other folders: the folder is resolved anew for every window and
// must be the one named here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cgi/disk/node.h"

namespace yundisk::disk {

std::string EncodeCursor(std::int64_t folder_id, const ListingPosition& position);
// kBadRequest when `cursor` is none of ours, or another folder's.
Result<ListingPosition> DecodeCursor(std::string_view cursor, std::int64_t folder_id);

}  // namespace yundisk::disk
