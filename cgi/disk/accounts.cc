#include "cgi/disk/accounts.h"

#include <algorithm>
#include <array>

#include "cgi/disk/sessions.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

// What Load selects, in the order ReadUser and ReadVerifier expect.
constexpr std::string_view kColumns =
    "id, username, role, quota_bytes, used_bytes, password_is_initial, created_at, scram_salt, "
    "scram_memory_kib, scram_passes, scram_stored_key, scram_server_key";

User ReadUser(const db::Row& row) {
  return {row.Int(0),      row.Text(1), RoleFromName(row.Text(2)), row.Unsigned(3), row.Unsigned(4),
          row.Int(5) != 0, row.Int(6)};
}

PasswordVerifier ReadVerifier(const db::Row& row) {
  PasswordVerifier verifier{};
  const ByteView salt = AsBytes(row.Text(7));
  CHECK(salt.size() == verifier.salt.size());
  std::ranges::copy(salt, verifier.salt.begin());
  verifier.cost = {static_cast<std::uint32_t>(row.Unsigned(8)),
                   static_cast<std::uint32_t>(row.Unsigned(9))};
  verifier.stored_key = row.Digest(10);
  verifier.server_key = row.Digest(11);
  return verifier;
}

Error WrongCredentials() {
  return Error(Code::kUnauthenticated, "the user name or the password is wrong");
}

// 20 characters of 32 kinds: 100 bits, without the look-alikes 0/o and 1/l.
std::string DrawPassword(Random& random) {
  constexpr std::string_view kAlphabet = "23456789abcdefghijkmnpqrstuvwxyz";
  static_assert(kAlphabet.size() == 32);
  std::array<std::byte, 20> bytes;
  random.Fill(bytes);
  std::string password;
  for (const std::byte byte : bytes)
    password.push_back(kAlphabet[static_cast<std::size_t>(byte) % kAlphabet.size()]);
  return password;
}

}  // namespace

Accounts::Accounts(db::Pool& database, IdSource& ids, PasswordDeriver& passwords,
                   const Stamps& stamps, const Clock& clock, AccountPolicy policy)
    : database_(database),
      ids_(ids),
      passwords_(passwords),
      stamps_(stamps),
      clock_(clock),
      policy_(policy) {}

Result<User> Accounts::Register(const Username& name, std::string_view password) {
  if (!policy_.registration_open)
    return Error(Code::kForbidden, "registration is closed; ask the administrator for an account");
  return Insert({name, Role::kUser, false, policy_.default_quota_bytes}, password);
}

Result<User> Accounts::Insert(const NewAccount& account, std::string_view password) {
  TRY(const PasswordVerifier verifier, passwords_.MakeVerifier(password));
  TRY(const std::int64_t user_id, ids_.NextId());
  TRY(const std::int64_t root_id, ids_.NextId());
  const std::int64_t now_ms = clock_.Now().time_since_epoch().count();
  const auto inserted = database_.InTransaction([&](db::Session& session) -> Result<void> {
    TRY_VOID(session.Execute(
        "INSERT INTO users (id, username, username_key, role, scram_salt, scram_memory_kib, "
        "scram_passes, scram_stored_key, scram_server_key, password_is_initial, quota_bytes, "
        "used_bytes, root_id, journal_sequence, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?)",
        {user_id, account.name.shown, AsBytes(account.name.key), RoleName(account.role),
         ByteView(verifier.salt), std::uint64_t{verifier.cost.memory_kib},
         std::uint64_t{verifier.cost.passes}, verifier.stored_key, verifier.server_key,
         std::int64_t{account.password_is_initial}, account.quota_bytes, root_id, now_ms}));
    TRY_VOID(session.Execute(
        "INSERT INTO nodes (id, user_id, parent_id, name, sort_key, kind, size_bytes, revision, "
        "created_at, modified_at) VALUES (?, ?, 0, '', '', 'folder', 0, 0, ?, ?)",
        {root_id, user_id, now_ms, now_ms}));
    return {};
  });
  if (!inserted && inserted.error().code() == Code::kExists)
    return Error::Make(Code::kExists, "the user name '{}' is taken", account.name.shown);
  TRY_VOID(inserted);
  return User{user_id, account.name.shown,          account.role, account.quota_bytes,
              0,       account.password_is_initial, now_ms};
}

Result<std::optional<Accounts::Credentials>> Accounts::Load(std::string_view where,
                                                            const db::Value& value) {
  TRY(const auto session, database_.Acquire());
  TRY(const auto rows,
      session->Query(fmt::format("SELECT {} FROM users WHERE {} = ?", kColumns, where), {value}));
  if (rows.empty()) return std::optional<Credentials>();
  return std::optional(Credentials{ReadUser(rows[0]), ReadVerifier(rows[0])});
}

Result<User> Accounts::SignIn(const Username& name, std::string_view password) {
  TRY(auto found, Load("username_key", AsBytes(name.key)));
  if (!found) {
    TRY_VOID(passwords_.PretendToMatch(password));
    return WrongCredentials();
  }
  TRY(const bool matches, passwords_.Matches(password, found->verifier));
  if (!matches) return WrongCredentials();
  return std::move(found->user);
}

Result<User> Accounts::Find(std::int64_t user_id) {
  TRY(auto found, Load("id", user_id));
  if (!found) return Error(Code::kUnauthenticated, "the account does not exist any more");
  return std::move(found->user);
}

Result<void> Accounts::ChangePassword(const SessionUser& user, std::string_view current,
                                      std::string_view wanted) {
  TRY(const auto found, Load("id", user.id));
  if (!found) return Error(Code::kUnauthenticated, "the account does not exist any more");
  TRY(const bool matches, passwords_.Matches(current, found->verifier));
  if (!matches) return Error(Code::kForbidden, "the current password is wrong");
  TRY(const PasswordVerifier made, passwords_.MakeVerifier(wanted));
  TRY_VOID(database_.InTransaction([&](db::Session& session) -> Result<void> {
    // Only from the state that was verified: of two changes at once, one fails.
    TRY(const std::uint64_t changed,
        session.Execute("UPDATE users SET scram_salt = ?, scram_memory_kib = ?, scram_passes = ?, "
                        "scram_stored_key = ?, scram_server_key = ?, password_is_initial = FALSE "
                        "WHERE id = ? AND scram_stored_key = ?",
                        {ByteView(made.salt), std::uint64_t{made.cost.memory_kib},
                         std::uint64_t{made.cost.passes}, made.stored_key, made.server_key, user.id,
                         found->verifier.stored_key}));
    if (changed == 0) return Error(Code::kForbidden, "the password was changed meanwhile");
    return Sessions::EndOthers(session, user);
  }));
  stamps_.Raise(StampKind::kAccount, user.id);
  return {};
}

Result<std::optional<std::string>> Accounts::CreateFirstAdmin(const Username& name,
                                                              Random& random) {
  {
    TRY(const auto session, database_.Acquire());
    TRY(const auto rows, session->Query("SELECT id FROM users WHERE role = 'admin' LIMIT 1"));
    if (!rows.empty()) return std::optional<std::string>();
  }
  std::string password = DrawPassword(random);
  TRY_VOID(Insert({name, Role::kAdmin, true, 0}, password));
  return std::optional(std::move(password));
}

}  // namespace yundisk::disk
