#include "cgi/disk/accounts.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/disk/account_fixture.h"

namespace yundisk::disk {
namespace {

using test::Name;

class AccountsTest : public testing::Test {
 protected:
  AccountsTest()
      : program_(test::SharedMariaDb().FreshDatabase(), test::SharedRedis().options(),
                 Stamps::Open("").value(), ids_, clock_) {}

  std::int64_t Count(std::string_view from) {
    const auto session = program_.database.Acquire();
    return (*session)->Query(fmt::format("SELECT COUNT(*) FROM {}", from)).value()[0].Int(0);
  }
  SessionUser SignedIn(const User& user) {
    const auto token = program_.sessions.Create(user.id, {"192.0.2.1", "test"}).value().token;
    return program_.sessions.Find(token).value().value();
  }

  test::ManualClock clock_;
  test::CountingIds ids_;
  test::Program program_;
  Accounts& accounts_ = program_.accounts;
};

TEST_F(AccountsTest, RegistersWithARootAndTheDefaultQuota) {
  const User user = accounts_.Register(Name("Alice"), "a password").value();
  EXPECT_EQ(user.username, "Alice");
  EXPECT_EQ(user.role, Role::kUser);
  EXPECT_EQ(user.quota_bytes, 1000u);
  EXPECT_FALSE(user.password_is_initial);
  EXPECT_EQ(
      Count(fmt::format("nodes WHERE user_id = {} AND parent_id = 0 AND kind = 'folder'", user.id)),
      1);
  EXPECT_EQ(accounts_.Find(user.id)->username, "Alice");
}

TEST_F(AccountsTest, SignsInByAnySpellingOfTheName) {
  ASSERT_TRUE(accounts_.Register(Name("Alice"), "a password").ok());
  EXPECT_EQ(accounts_.SignIn(Name("ＡLICE"), "a password")->username, "Alice");
  EXPECT_EQ(accounts_.SignIn(Name("Alice"), "another one").error().code(), Code::kUnauthenticated);
  EXPECT_EQ(accounts_.SignIn(Name("Bob"), "a password").error().code(), Code::kUnauthenticated);
}

TEST_F(AccountsTest, WrongNameAndWrongPasswordReadTheSame) {
  ASSERT_TRUE(accounts_.Register(Name("Alice"), "a password").ok());
  EXPECT_EQ(accounts_.SignIn(Name("Alice"), "wrong").error().message(),
            accounts_.SignIn(Name("Nobody"), "wrong").error().message());
}

TEST_F(AccountsTest, ATakenNameLeavesNothingBehind) {
  ASSERT_TRUE(accounts_.Register(Name("Alice"), "a password").ok());
  EXPECT_EQ(accounts_.Register(Name("alice"), "a password").error().code(), Code::kExists);
  EXPECT_EQ(Count("users"), 1);
  EXPECT_EQ(Count("nodes"), 1);
}

TEST_F(AccountsTest, OfManyAtOnceOneGetsTheName) {
  std::atomic<int> made{0};
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      const auto user = accounts_.Register(Name("Alice"), "a password");
      if (user) ++made;
      if (!user && user.error().code() == Code::kExists) ++taken;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(taken, 7);
  EXPECT_EQ(Count("users"), 1);
  EXPECT_EQ(Count("nodes"), 1);
}

TEST_F(AccountsTest, ClosedRegistrationRefuses) {
  Accounts closed(program_.database, ids_, program_.passwords, program_.stamps, clock_, {false, 0});
  EXPECT_EQ(closed.Register(Name("Alice"), "a password").error().code(), Code::kForbidden);
}

TEST_F(AccountsTest, ChangingThePasswordEndsOtherSessions) {
  const User user = accounts_.Register(Name("Alice"), "a password").value();
  const auto other = program_.sessions.Create(user.id, {"192.0.2.1", ""}).value();
  const auto own = program_.sessions.Create(user.id, {"192.0.2.1", ""}).value();
  ASSERT_TRUE(program_.sessions.Find(other.token)->has_value());
  const SessionUser me = program_.sessions.Find(own.token).value().value();

  EXPECT_EQ(accounts_.ChangePassword(me, "wrong", "new password").error().code(), Code::kForbidden);
  EXPECT_TRUE(program_.sessions.Find(other.token)->has_value());
  ASSERT_TRUE(accounts_.ChangePassword(me, "a password", "new password").ok());
  EXPECT_FALSE(program_.sessions.Find(other.token)->has_value());
  EXPECT_TRUE(program_.sessions.Find(own.token)->has_value());
  EXPECT_FALSE(accounts_.SignIn(Name("Alice"), "a password").ok());
  EXPECT_TRUE(accounts_.SignIn(Name("Alice"), "new password").ok());
}

TEST_F(AccountsTest, TheFirstAdminIsMadeOnce) {
  const auto password = accounts_.CreateFirstAdmin(Name("admin"), program_.random).value();
  ASSERT_TRUE(password.has_value());
  const User admin = accounts_.SignIn(Name("admin"), *password).value();
  EXPECT_EQ(admin.role, Role::kAdmin);
  EXPECT_TRUE(admin.password_is_initial);
  EXPECT_EQ(admin.quota_bytes, 0u);
  EXPECT_EQ(accounts_.CreateFirstAdmin(Name("admin"), program_.random).value(), std::nullopt);
  EXPECT_EQ(accounts_.CreateFirstAdmin(Name("root"), program_.random).value(), std::nullopt);

  ASSERT_TRUE(accounts_.ChangePassword(SignedIn(admin), *password, "my own password").ok());
  EXPECT_FALSE(accounts_.Find(admin.id)->password_is_initial);
}

TEST_F(AccountsTest, AnAccountThatIsGoneIsSignedOut) {
  EXPECT_EQ(accounts_.Find(999).error().code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace yundisk::disk
