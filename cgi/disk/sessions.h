// Sessions: MariaDB is the truth; Redis and process memory cache it for kCacheMaxAge, guarded by
// the account stamp, so signing out counts at once on this machine. Without Redis everything is
// only slower; without MariaDB the sessions in memory go on.
//
// In Redis a session is "yundisk:session:<generation>:<hash>", its value carries the stamp it was
// filled under: nothing ever has to be deleted there. Thread-safe; blocks for the database and
// Redis.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cgi/disk/session_token.h"
#include "cgi/disk/stamped_cache.h"
#include "cgi/disk/stamps.h"
#include "cgi/disk/user.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/database/database.h"
#include "common/redis/redis.h"

namespace yundisk::disk {

inline constexpr std::size_t kSessionCacheBytes = 8 << 20;
// Tells a user's devices apart without a write a request.
inline constexpr std::chrono::minutes kLastSeenPrecision{10};
// Expired sessions of anyone that one sign-in sweeps.
inline constexpr int kExpiredSweptAtOnce = 10;
inline constexpr std::size_t kUserAgentMaxCharacters = 255;

struct SessionOrigin {
  std::string_view address;
  std::string_view user_agent;  // shortened; what is not UTF-8 is left out
};

struct NewSession {
  std::string token;
  std::int64_t expires_at_ms;
};

class Sessions {
 public:
  // Everything outlives it.
  Sessions(db::Pool& database, redis::Client& redis, const Stamps& stamps, const Clock& clock,
           Random& random, std::chrono::seconds ttl);

  Result<NewSession> Create(std::int64_t user_id, const SessionOrigin& origin);
  // Empty when the token is none of a live session.
  Result<std::optional<SessionUser>> Find(std::string_view token);
  // Ends one session, at once.
  Result<void> End(const SessionUser& user);
  // Ends all sessions of a user but one, in the caller's transaction; call Stamps::Raise after its
  // commit.
  static Result<void> EndOthers(db::Session& session, const SessionUser& user);

 private:
  using Cache = StampedCache<std::string, SessionUser>;  // by the hash's bytes

  Result<std::optional<SessionUser>> LookUp(const SessionToken& token, std::uint64_t stamp);
  std::optional<SessionUser> FindInRedis(const SessionToken& token, std::uint64_t stamp);
  void PutInRedis(const SessionToken& token, const SessionUser& user, std::uint64_t stamp);
  Result<std::optional<SessionUser>> FindInDatabase(const SessionToken& token);
  std::string RedisKey(const SessionToken& token) const;
  void SweepExpired();
  std::int64_t NowMs() const { return clock_.Now().time_since_epoch().count(); }
  bool Alive(const SessionUser& user) const { return user.session_expires_at_ms > NowMs(); }

  db::Pool& database_;
  redis::Client& redis_;
  const Stamps& stamps_;
  const Clock& clock_;
  Random& random_;
  const std::chrono::seconds ttl_;
  Cache cache_;
};

}  // namespace yundisk::disk
