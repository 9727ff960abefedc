#include "cgi/disk/sessions.h"

#include <array>

#include "common/base/log.h"
#include "common/base/strings.h"

namespace yundisk::disk {
namespace {

constexpr std::size_t kSessionCost = 200;  // of a cached session's name and fields
constexpr char kSeparator = '\n';          // of the fields in Redis; no user name has it

std::string Shortened(std::string_view user_agent) {
  if (!IsUtf8(user_agent)) return {};
  std::size_t characters = 0;
  std::size_t end = 0;
  for (; end < user_agent.size(); ++end) {
    const bool begins_character = (static_cast<unsigned char>(user_agent[end]) & 0xC0) != 0x80;
    if (begins_character && characters++ == kUserAgentMaxCharacters) break;
  }
  return std::string(user_agent.substr(0, end));
}

// The stamp and a session as one text for Redis.
std::string Pack(std::uint64_t stamp, const SessionUser& user) {
  return fmt::format("{1}{0}{2}{0}{3}{0}{4}{0}{5}{0}{6}", kSeparator, stamp, user.id, user.root_id,
                     static_cast<int>(user.role), user.session_expires_at_ms, user.username);
}

std::optional<SessionUser> Unpack(std::string_view text, std::uint64_t stamp,
                                  const SessionToken& token) {
  std::array<std::string_view, 6> fields;
  for (std::string_view& field : fields) {
    const std::size_t end = std::min(text.find(kSeparator), text.size());
    field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto filled_under = ParseNumber<std::uint64_t>(fields[0]);
  const auto id = ParseNumber<std::int64_t>(fields[1]);
  const auto root_id = ParseNumber<std::int64_t>(fields[2]);
  const auto role = ParseNumber<int>(fields[3]);
  const auto expires_at_ms = ParseNumber<std::int64_t>(fields[4]);
  if (!filled_under || !id || !root_id || !role || !expires_at_ms) return std::nullopt;
  if (*filled_under != stamp || *id != token.claimed_user_id) return std::nullopt;
  return SessionUser{*id,        *root_id,      static_cast<Role>(*role), std::string(fields[5]),
                     token.hash, *expires_at_ms};
}

std::string CacheKey(const SessionToken& token) { return std::string(AsText(token.hash)); }

}  // namespace

Sessions::Sessions(db::Pool& database, redis::Client& redis, const Stamps& stamps,
                   const Clock& clock, Random& random, std::chrono::seconds ttl)
    : database_(database),
      redis_(redis),
      stamps_(stamps),
      clock_(clock),
      random_(random),
      ttl_(ttl),
      cache_(kSessionCacheBytes, clock) {}

Result<NewSession> Sessions::Create(std::int64_t user_id, const SessionOrigin& origin) {
  SessionToken token = SessionToken::Draw(user_id, random_);
  const std::int64_t now = NowMs();
  const std::int64_t expires_at = now + std::chrono::milliseconds(ttl_).count();
  const std::string user_agent = Shortened(origin.user_agent);
  {
    TRY(const auto session, database_.Acquire());
    TRY_VOID(session->Execute(
        "INSERT INTO sessions (token_hash, user_id, created_at, last_seen_at, expires_at, address, "
        "user_agent) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {token.hash, user_id, now, now, expires_at, origin.address, user_agent}));
  }
  SweepExpired();
  return NewSession{std::move(token.text), expires_at};
}

void Sessions::SweepExpired() {
  const auto session = database_.Acquire();
  if (!session) return;
  const auto swept =
      (*session)->Execute("DELETE FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
                          {NowMs(), std::int64_t{kExpiredSweptAtOnce}});
  if (!swept) LogWarning("sweep expired sessions: {}", swept.error().message());
}

Result<std::optional<SessionUser>> Sessions::Find(std::string_view text) {
  const auto token = SessionToken::Parse(text);
  if (!token) return std::optional<SessionUser>();
  const std::uint64_t stamp = stamps_.Read(StampKind::kAccount, token->claimed_user_id);
  std::optional<SessionUser> user = cache_.Find(CacheKey(*token), stamp);
  if (!user) { TRY(user, LookUp(*token, stamp)); }
  if (user && !Alive(*user)) user.reset();
  return user;
}

Result<std::optional<SessionUser>> Sessions::LookUp(const SessionToken& token,
                                                    std::uint64_t stamp) {
  const std::string key = CacheKey(token);
  std::optional<SessionUser> user = FindInRedis(token, stamp);
  if (!user) {
    auto found = FindInDatabase(token);
    if (!found) {
      // The database is down: who was signed in a while ago still is.
      if (auto outdated = cache_.FindOutdated(key, stamp)) return outdated;
      return found.error();
    }
    user = *std::move(found);
    if (!user) return user;
    PutInRedis(token, *user, stamp);
  }
  cache_.Insert(key, *user, kSessionCost, stamp);
  return user;
}

std::string Sessions::RedisKey(const SessionToken& token) const {
  return fmt::format("yundisk:session:{:x}:{}", stamps_.generation(), HexFromBytes(token.hash));
}

std::optional<SessionUser> Sessions::FindInRedis(const SessionToken& token, std::uint64_t stamp) {
  const std::string key = RedisKey(token);
  const auto reply = redis_.Run({"GET", key});
  if (!reply || !reply->text()) return std::nullopt;
  return Unpack(*reply->text(), stamp, token);
}

void Sessions::PutInRedis(const SessionToken& token, const SessionUser& user, std::uint64_t stamp) {
  const std::string key = RedisKey(token);
  const std::string value = Pack(stamp, user);
  const std::string age = std::to_string(kCacheMaxAge.count());
  // A cache: a failure costs a look-up in the database, nothing else.
  static_cast<void>(redis_.Run({"SET", key, value, "EX", age}).ok());
}

Result<std::optional<SessionUser>> Sessions::FindInDatabase(const SessionToken& token) {
  TRY(const auto session, database_.Acquire());
  TRY(const auto rows,
      session->Query(
          "SELECT s.user_id, s.expires_at, s.last_seen_at, u.root_id, u.role, u.username "
          "FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?",
          {token.hash}));
  // The id in a token is only a claim; a live session proves it.
  if (rows.empty() || rows[0].Int(0) != token.claimed_user_id) return std::optional<SessionUser>();
  const db::Row& row = rows[0];
  const std::int64_t now = NowMs();
  if (now - row.Int(2) > std::chrono::milliseconds(kLastSeenPrecision).count())
    TRY_VOID(session->Execute("UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?",
                              {now, token.hash}));
  return std::optional(SessionUser{row.Int(0), row.Int(3), RoleFromName(row.Text(4)), row.Text(5),
                                   token.hash, row.Int(1)});
}

Result<void> Sessions::End(const SessionUser& user) {
  {
    TRY(const auto session, database_.Acquire());
    TRY_VOID(session->Execute("DELETE FROM sessions WHERE token_hash = ?", {user.token_hash}));
  }
  stamps_.Raise(StampKind::kAccount, user.id);
  return {};
}

Result<void> Sessions::EndOthers(db::Session& session, const SessionUser& user) {
  TRY_VOID(session.Execute("DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?",
                           {user.id, user.token_hash}));
  return {};
}

}  // namespace yundisk::disk
