// Signed links: whoever has the URL may read one file until a given time, without signing in.
//
// A token is base64url (no padding) of
//
//   version 1 (1 byte) | user id (8) | node id (8) | expiry, s since 1970 (8) | HMAC-SHA-256 (32)
//
// where the HMAC covers the 25 bytes before it, with a key derived from the machine's web secret.
// Bound to the node, a link follows a rename and ends with the file. Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::disk {

struct LinkClaim {
  std::int64_t user_id;
  std::int64_t node_id;
  std::uint64_t expires_at_s;  // since 1970
};

class LinkSigner {
 public:
  // Derives its own key, so the secret may serve other purposes as well.
  explicit LinkSigner(ByteView secret);

  std::string Sign(const LinkClaim& claim) const;
  // kNotFound for anything that was not signed here, kDeleted (410) when it has expired. Compares
  // in constant time.
  Result<LinkClaim> Verify(std::string_view token, std::uint64_t now_s) const;

 private:
  Sha256 key_;
};

}  // namespace yundisk::disk
