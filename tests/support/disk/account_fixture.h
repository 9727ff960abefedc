// Accounts and sessions over real servers, for tests of the disk and of the endpoints.
#pragma once

#include <atomic>

#include "cgi/disk/accounts.h"
#include "cgi/disk/authenticator.h"
#include "cgi/disk/sessions.h"
#include "common/base/check.h"
#include "tests/support/manual_clock.h"
#include "tests/support/private_maria_db.h"
#include "tests/support/private_redis.h"

namespace yundisk::test {

class CountingIds final : public disk::IdSource {
 public:
  Result<std::int64_t> NextId() override { return ++last_; }

 private:
  std::atomic<std::int64_t> last_{0};
};

// The parts of one FastCGI program. Several over the same `database` and `stamps` are several
// programs of a machine.
struct Program {
  Program(const db::Options& database_options, const redis::Options& redis_options,
          disk::Stamps shared_stamps, disk::IdSource& ids, Clock& clock)
      : database(database_options),
        redis(redis_options),
        stamps(std::move(shared_stamps)),
        passwords({64, 1}, random),
        accounts(database, ids, passwords, stamps, clock, {true, 1000}),
        sessions(database, redis, stamps, clock, random, std::chrono::hours(24)),
        authenticator(sessions) {}

  SystemRandom random;
  db::Pool database;
  redis::Client redis;
  disk::Stamps stamps;
  disk::PasswordDeriver passwords;
  disk::Accounts accounts;
  disk::Sessions sessions;
  disk::Authenticator authenticator;
};

inline disk::Username Name(std::string_view text) { return disk::Username::Parse(text).value(); }

}  // namespace yundisk::test
