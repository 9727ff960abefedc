#include "cgi/disk/sessions.h"

#include <gtest/gtest.h>

#include "tests/support/disk/account_fixture.h"

namespace yundisk::disk {
namespace {

using test::Name;
using test::Program;

class SessionsTest : public testing::Test {
 protected:
  SessionsTest()
      : options_(test::SharedMariaDb().FreshDatabase()),
        program_(options_, test::SharedRedis().options(), OpenStamps(), ids_, clock_) {
    user_ = program_.accounts.Register(Name("Alice"), "a password").value();
  }

  Stamps OpenStamps() { return Stamps::Open(folder_.File("stamps")).value(); }
  NewSession Create() {
    return program_.sessions.Create(user_.id, {"192.0.2.1", "curl/7.88"}).value();
  }
  std::int64_t LastSeen() {
    const auto session = program_.database.Acquire();
    return (*session)->Query("SELECT MAX(last_seen_at) FROM sessions").value()[0].Int(0);
  }
  void DeleteAllRows() {
    ASSERT_TRUE(program_.database.Acquire().value()->Execute("DELETE FROM sessions").ok());
  }

  test::TemporaryFolder folder_;
  test::ManualClock clock_;
  test::CountingIds ids_;
  db::Options options_;
  Program program_;
  User user_{};
};

TEST_F(SessionsTest, FindsWhoIsSignedIn) {
  const NewSession session = Create();
  const auto found = program_.sessions.Find(session.token).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, user_.id);
  EXPECT_EQ(found->username, "Alice");
  EXPECT_EQ(found->role, Role::kUser);
  EXPECT_GT(found->root_id, 0);
  EXPECT_EQ(found->session_expires_at_ms, session.expires_at_ms);
}

TEST_F(SessionsTest, FindsNobodyForOtherTokens) {
  Create();
  EXPECT_FALSE(program_.sessions.Find("nonsense")->has_value());
  EXPECT_FALSE(
      program_.sessions.Find(SessionToken::Draw(user_.id, program_.random).text)->has_value());
}

TEST_F(SessionsTest, ATokenThatClaimsAnotherUserIsNone) {
  // A row whose token names user 999 but belongs to Alice, as an attacker with the table might
  // make.
  const SessionToken token = SessionToken::Draw(999, program_.random);
  ASSERT_TRUE(program_.database.Acquire()
                  .value()
                  ->Execute("INSERT INTO sessions VALUES (?, ?, 0, 0, ?, '', '')",
                            {token.hash, user_.id, clock_.Now().time_since_epoch().count() + 1000})
                  .ok());
  EXPECT_FALSE(program_.sessions.Find(token.text)->has_value());
}

TEST_F(SessionsTest, MemoryAndRedisServeWithoutTheDatabase) {
  const std::string token = Create().token;
  ASSERT_TRUE(program_.sessions.Find(token)->has_value());
  DeleteAllRows();
  EXPECT_TRUE(program_.sessions.Find(token)->has_value());
  // Another program of the machine has nothing in memory, but Redis has it.
  Program other(options_, test::SharedRedis().options(), OpenStamps(), ids_, clock_);
  EXPECT_TRUE(other.sessions.Find(token)->has_value());
  redis::Options away;
  away.socket = "/nowhere";
  Program without_redis(options_, away, OpenStamps(), ids_, clock_);
  EXPECT_FALSE(without_redis.sessions.Find(token)->has_value());
}

TEST_F(SessionsTest, SigningOutCountsAtOnceInEveryProgram) {
  const std::string token = Create().token;
  Program other(options_, test::SharedRedis().options(), OpenStamps(), ids_, clock_);
  const auto user = program_.sessions.Find(token).value();
  ASSERT_TRUE(other.sessions.Find(token)->has_value());
  ASSERT_TRUE(program_.sessions.End(*user).ok());
  EXPECT_FALSE(program_.sessions.Find(token)->has_value());
  EXPECT_FALSE(other.sessions.Find(token)->has_value());
}

TEST_F(SessionsTest, SessionsExpireWhereverTheyAreCached) {
  const std::string token = Create().token;
  ASSERT_TRUE(program_.sessions.Find(token)->has_value());
  clock_.Advance(std::chrono::hours(24) - std::chrono::seconds(1));
  EXPECT_TRUE(program_.sessions.Find(token)->has_value());
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_FALSE(program_.sessions.Find(token)->has_value());
  Create();  // sweeps
  const auto session = program_.database.Acquire();
  EXPECT_EQ((*session)->Query("SELECT COUNT(*) FROM sessions").value()[0].Int(0), 1);
}

TEST_F(SessionsTest, LastSeenIsWrittenRarely) {
  redis::Options away;
  away.socket = "/nowhere";
  Program program(options_, away, OpenStamps(), ids_, clock_);
  const std::string token = program.sessions.Create(user_.id, {"", ""}).value().token;
  const std::int64_t created = LastSeen();
  clock_.Advance(kLastSeenPrecision);
  ASSERT_TRUE(program.sessions.Find(token)->has_value());
  EXPECT_EQ(LastSeen(), created);
  clock_.Advance(kCacheMaxAge + std::chrono::seconds(1));
  ASSERT_TRUE(program.sessions.Find(token)->has_value());
  EXPECT_GT(LastSeen(), created);
}

TEST_F(SessionsTest, UserAgentsAreMadeToFit) {
  std::string long_agent;
  for (int i = 0; i < 300; ++i) long_agent += "七";
  EXPECT_TRUE(program_.sessions.Create(user_.id, {"192.0.2.1", long_agent}).ok());
  EXPECT_TRUE(program_.sessions.Create(user_.id, {"192.0.2.1", "\xff"}).ok());
}

TEST(SessionsOutage, RedisAwayLogsNobodyOut) {
  test::PrivateRedis redis;
  test::ManualClock clock;
  test::CountingIds ids;
  const db::Options options = test::SharedMariaDb().FreshDatabase();
  Program program(options, redis.options(), Stamps::Open("").value(), ids, clock);
  const User user = program.accounts.Register(Name("Alice"), "a password").value();
  const std::string token = program.sessions.Create(user.id, {"", ""}).value().token;
  ASSERT_TRUE(program.sessions.Find(token)->has_value());
  redis.Kill();
  clock.Advance(kCacheMaxAge + std::chrono::seconds(1));
  EXPECT_TRUE(program.sessions.Find(token)->has_value());
  EXPECT_TRUE(program.sessions.Create(user.id, {"", ""}).ok());
  const auto me = program.sessions.Find(token).value();
  EXPECT_TRUE(program.sessions.End(*me).ok());
  EXPECT_FALSE(program.sessions.Find(token)->has_value());
  // What Redis held, had it come back with it, would be of an older stamp.
  redis.Start();
  EXPECT_FALSE(program.sessions.Find(token)->has_value());
}

TEST(SessionsOutage, MariaDbAwayKeepsWhoIsSignedIn) {
  test::PrivateMariaDb mariadb;
  test::ManualClock clock;
  test::CountingIds ids;
  redis::Options away;
  away.socket = "/nowhere";
  Program program(mariadb.FreshDatabase(), away, Stamps::Open("").value(), ids, clock);
  const User user = program.accounts.Register(Name("Alice"), "a password").value();
  const std::string token = program.sessions.Create(user.id, {"", ""}).value().token;
  ASSERT_TRUE(program.sessions.Find(token)->has_value());
  mariadb.Kill();
  clock.Advance(std::chrono::hours(1));
  EXPECT_TRUE(program.sessions.Find(token)->has_value());
  const std::string unknown = SessionToken::Draw(user.id, program.random).text;
  EXPECT_EQ(program.sessions.Find(unknown).error().code(), Code::kUnavailable);
  clock.Advance(std::chrono::hours(24));
  EXPECT_FALSE(program.sessions.Find(token)->has_value());
  mariadb.Start();
  EXPECT_TRUE(program.sessions.Create(user.id, {"", ""}).ok());
}

}  // namespace
}  // namespace yundisk::disk
