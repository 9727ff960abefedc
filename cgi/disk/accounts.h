// Accounts: who may use the disk. The rows of `users` are the truth. Thread-safe; blocks for the
// database and for key derivations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cgi/disk/object_store.h"
#include "cgi/disk/password.h"
#include "cgi/disk/stamps.h"
#include "cgi/disk/user.h"
#include "cgi/disk/username.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/database/database.h"

namespace yundisk::disk {

struct AccountPolicy {
  bool registration_open = true;
  std::uint64_t default_quota_bytes = 0;  // 0: none
};

class Accounts {
 public:
  // Everything outlives it.
  Accounts(db::Pool& database, IdSource& ids, PasswordDeriver& passwords, const Stamps& stamps,
           const Clock& clock, AccountPolicy policy);

  // Makes the account and the root of its tree. kForbidden while registration is closed; kExists
  // when the name, or one that folds to it, is taken.
  Result<User> Register(const Username& name, std::string_view password);

  // kUnauthenticated for a wrong password and for an unknown name, after the same time.
  Result<User> SignIn(const Username& name, std::string_view password);

  Result<User> Find(std::int64_t user_id);

  // Ends the user's other sessions, at once. kForbidden when `current` is wrong.
  Result<void> ChangePassword(const SessionUser& user, std::string_view current,
                              std::string_view wanted);

  // Makes an administrator with a password drawn here, which is told only now; empty when there is
  // an administrator already.
  Result<std::optional<std::string>> CreateFirstAdmin(const Username& name, Random& random);

 private:
  struct NewAccount {
    const Username& name;
    Role role;
    bool password_is_initial;
    std::uint64_t quota_bytes;
  };
  struct Credentials {
    User user;
    PasswordVerifier verifier;
  };

  Result<User> Insert(const NewAccount& account, std::string_view password);
  Result<std::optional<Credentials>> Load(std::string_view where, const db::Value& value);

  db::Pool& database_;
  IdSource& ids_;
  PasswordDeriver& passwords_;
  const Stamps& stamps_;
  const Clock& clock_;
  const AccountPolicy policy_;
};

}  // namespace yundisk::disk
