// The token of a session: 43 characters of base64url over 8 bytes of user id and 24 random bytes.
// Opaque to clients. The user id in it lets a cache ask for the right stamp before anything was
// read; it is not trusted: only the SHA-256 of the whole token, found in the database, is. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/random.h"

namespace yundisk::disk {

inline constexpr std::size_t kSessionTokenCharacters = 43;

struct SessionToken {
  std::string text;
  std::int64_t claimed_user_id;
  Sha256 hash;

  static SessionToken Draw(std::int64_t user_id, Random& random);
  // Empty when `text` cannot be a token.
  static std::optional<SessionToken> Parse(std::string_view text);
};

}  // namespace yundisk::disk
