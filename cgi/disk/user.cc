#include "cgi/disk/user.h"

#include "common/base/check.h"

namespace yundisk::disk {

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kAdmin: return "admin";
    case Role::kUser: return "user";
    case Role::kReadOnly: return "read_only";
  }
  return "";
}

Role RoleFromName(std::string_view name) {
  for (const Role role : {Role::kAdmin, Role::kUser, Role::kReadOnly})
    if (RoleName(role) == name) return role;
  CHECK(false);
}

}  // namespace yundisk::disk
