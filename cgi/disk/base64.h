// base64url without padding (RFC 4648 section 5), over libsodium. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"

namespace yundisk::disk {

std::string Base64UrlEncode(ByteView bytes);
// Nothing when `text` is not base64url or stands for over `max_bytes`.
std::optional<Bytes> Base64UrlDecode(std::string_view text, std::size_t max_bytes);

}  // namespace yundisk::disk
