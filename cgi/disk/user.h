// People as the disk knows them. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.h"

namespace yundisk::disk {

enum class Role : std::uint8_t { kAdmin, kUser, kReadOnly };

// As in the database and in JSON: admin, user, read_only.
std::string_view RoleName(Role role);
// The name comes from our own table; another one is a CHECK.
Role RoleFromName(std::string_view name);

struct User {
  std::int64_t id;
  std::string username;
  Role role;
  std::uint64_t quota_bytes;  // 0: none
  std::uint64_t used_bytes;
  bool password_is_initial;
  std::int64_t created_at_ms;
};

// Who makes a request: what a session remembers. Quota and use are read from the database where
// they matter.
struct SessionUser {
  std::int64_t id;
  std::int64_t root_id;  // the root node of the user's tree
  Role role;
  std::string username;
  Sha256 token_hash;  // of the session
  std::int64_t session_expires_at_ms;
};

}  // namespace yundisk::disk
