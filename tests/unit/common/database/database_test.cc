#include "common/database/database.h"

#include <array>
#include <csignal>
#include <future>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/database/connection.h"
#include "tests/support/private_maria_db.h"

namespace yundisk::db {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : options_(test::SharedMariaDb().EmptyDatabase()), pool_(options_) {
    auto session = pool_.Acquire();
    CHECK(session.ok());
    CHECK((*session)
              ->Execute("CREATE TABLE t (id BIGINT PRIMARY KEY, big BIGINT UNSIGNED, name "
                        "VARBINARY(300), UNIQUE KEY (name)) ENGINE = InnoDB")
              .ok());
  }

  Pool::Lease Acquire() {
    auto session = pool_.Acquire();
    CHECK(session.ok());
    return std::move(*session);
  }

  Options options_;
  Pool pool_;
};

TEST_F(DatabaseTest, KeepsEveryKindOfValue) {
  const auto session = Acquire();
  const std::array<std::byte, 3> bytes{std::byte{0}, std::byte{0xFF}, std::byte{'\''}};
  ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (?, ?, ?)",
                               {std::int64_t{-5}, std::uint64_t{1} << 63, ByteView(bytes)}));
  ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (?, ?, ?)",
                               {std::int64_t{6}, std::monostate{}, "七星 🎬"}));
  const auto rows = session->Query("SELECT id, big, name FROM t ORDER BY id");
  ASSERT_TRUE(rows.ok()) << rows.error().message();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].Int(0), -5);
  EXPECT_EQ((*rows)[0].Unsigned(1), std::uint64_t{1} << 63);
  EXPECT_EQ((*rows)[0].Text(2), AsText(bytes));
  EXPECT_TRUE((*rows)[1].IsNull(1));
  EXPECT_EQ((*rows)[1].Text(2), "七星 🎬");
}

TEST_F(DatabaseTest, EmptyTextIsNotNull) {
  const auto session = Acquire();
  ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (1, 0, ?)", {std::string_view()}));
  const auto rows = session->Query("SELECT name, COUNT(*), SUM(id) FROM t GROUP BY name");
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[0].Text(0), "");
  EXPECT_EQ((*rows)[0].Int(1), 1);
  EXPECT_EQ((*rows)[0].Int(2), 1);
}

TEST_F(DatabaseTest, LongValuesAndManyRows) {
  const auto session = Acquire();
  for (std::int64_t i = 0; i < 300; ++i) {
    const std::string name(static_cast<std::size_t>(i), 'x');
    ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (?, 0, ?)", {i, name}));
  }
  const auto rows = session->Query("SELECT name FROM t ORDER BY id");
  ASSERT_EQ(rows->size(), 300u);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ((*rows)[i].Text(0).size(), i);
}

TEST_F(DatabaseTest, ManyRowsInOneRoundTrip) {
  const auto session = Acquire();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 300; ++i) names.emplace_back(i, 'x');
  std::vector<Value> values;
  for (std::size_t i = 0; i < names.size(); ++i) {
    values.emplace_back(static_cast<std::int64_t>(i) - 5);
    values.push_back(i % 3 == 0 ? Value() : Value(~std::uint64_t{0} - i));
    values.push_back(i % 7 == 6 ? Value() : Value(std::string_view(names[i])));
  }
  const auto inserted = session->ExecuteRows("INSERT INTO t VALUES (?, ?, ?)", values);
  ASSERT_TRUE(inserted.ok()) << inserted.error().message();
  EXPECT_EQ(*inserted, 300u);
  const auto rows = session->Query("SELECT id, big, name FROM t ORDER BY id");
  ASSERT_EQ(rows->size(), 300u);
  for (std::size_t i = 0; i < 300; ++i) {
    const Row& row = (*rows)[i];
    EXPECT_EQ(row.Int(0), static_cast<std::int64_t>(i) - 5);
    EXPECT_EQ(row.IsNull(1), i % 3 == 0);
    EXPECT_EQ(row.IsNull(2), i % 7 == 6);
    EXPECT_TRUE(row.IsNull(1) || row.Unsigned(1) == ~std::uint64_t{0} - i);
    EXPECT_TRUE(row.IsNull(2) || row.Text(2) == names[i]);
  }
}

TEST_F(DatabaseTest, OfManyRowsAllAreRefusedOrNone) {
  const auto session = Acquire();
  EXPECT_EQ(session->ExecuteRows("INSERT INTO t VALUES (?, NULL, NULL)", {}).value(), 0u);
  const std::vector<Value> twice{std::int64_t{1}, std::int64_t{2}, std::int64_t{1}};
  const auto refused = session->ExecuteRows("INSERT INTO t VALUES (?, NULL, NULL)", twice);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kExists);
  EXPECT_EQ(session->Query("SELECT id FROM t")->size(), 0u);
  // The same text goes on to work for many and for one.
  const std::vector<Value> good{std::int64_t{1}, std::int64_t{2}};
  EXPECT_TRUE(session->ExecuteRows("INSERT INTO t VALUES (?, NULL, NULL)", good));
  EXPECT_TRUE(session->Execute("INSERT INTO t VALUES (?, NULL, NULL)", {std::int64_t{3}}));
  // A column of which nothing is known but that it is empty.
  const std::vector<Value> empty{std::int64_t{8}, Value(), std::int64_t{9}, Value()};
  EXPECT_TRUE(session->ExecuteRows("INSERT INTO t VALUES (?, NULL, ?)", empty));
  EXPECT_EQ(session->Query("SELECT id FROM t")->size(), 5u);
}

TEST_F(DatabaseTest, CountsMatchedRows) {
  const auto session = Acquire();
  ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (1, 2, 'a')"));
  EXPECT_EQ(session->Execute("UPDATE t SET big = 2 WHERE id = 1").value(), 1u);
  EXPECT_EQ(session->Execute("UPDATE t SET big = 2 WHERE id = 9").value(), 0u);
}

TEST_F(DatabaseTest, ErrorsTellTheirKind) {
  const auto session = Acquire();
  ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (1, 1, 'secret')"));
  const auto duplicate = session->Execute("INSERT INTO t VALUES (2, 1, 'secret')");
  EXPECT_EQ(duplicate.error().code(), Code::kExists);
  EXPECT_THAT(duplicate.error().message(), testing::Not(testing::HasSubstr("(2, 1, 'secret')) ")));
  const auto wrong = session->Query("SELECT nothing FROM nowhere");
  EXPECT_EQ(wrong.error().code(), Code::kInternal);
  EXPECT_THAT(wrong.error().message(), testing::HasSubstr("SELECT nothing FROM nowhere"));
  EXPECT_FALSE(session->LastErrorWasTransient());
  EXPECT_TRUE(session->Query("SELECT 1").ok());
}

TEST_F(DatabaseTest, TransactionRollsBackUnlessCommitted) {
  const auto session = Acquire();
  {
    auto transaction = Transaction::Begin(*session);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (1, 1, 'a')"));
  }
  EXPECT_EQ(session->Query("SELECT COUNT(*) FROM t").value()[0].Int(0), 0);
  {
    auto transaction = Transaction::Begin(*session);
    ASSERT_TRUE(session->Execute("INSERT INTO t VALUES (1, 1, 'a')"));
    ASSERT_TRUE(transaction->Commit());
  }
  EXPECT_EQ(session->Query("SELECT COUNT(*) FROM t").value()[0].Int(0), 1);
}

// Two transactions that lock two rows in opposite order: one becomes the victim and runs again.
TEST_F(DatabaseTest, DeadlockVictimsRunAgain) {
  ASSERT_TRUE(Acquire()->Execute("INSERT INTO t VALUES (1, 0, 'a'), (2, 0, 'b')"));
  std::atomic<int> first_locks{0};
  std::atomic<int> runs{0};
  const auto add = [&](std::int64_t first, std::int64_t second) {
    return pool_.InTransaction([&](Session& session) -> Result<int> {
      ++runs;
      TRY_VOID(session.Execute("UPDATE t SET big = big + 1 WHERE id = ?", {first}));
      ++first_locks;
      test::WaitUntil([&] { return first_locks >= 2; });
      TRY_VOID(session.Execute("UPDATE t SET big = big + 1 WHERE id = ?", {second}));
      return 0;
    });
  };
  auto other = std::async(std::launch::async, [&] { return add(2, 1); });
  EXPECT_TRUE(add(1, 2).ok());
  EXPECT_TRUE(other.get().ok());
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(Acquire()->Query("SELECT SUM(big) FROM t").value()[0].Int(0), 4);
}

TEST_F(DatabaseTest, MoreStatementsThanAreKeptPrepared) {
  const auto session = Acquire();
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i <= kPreparedStatementsMax; ++i) {
      const auto rows = session->Query(fmt::format("SELECT {}", i));
      ASSERT_TRUE(rows.ok());
      ASSERT_EQ((*rows)[0].Unsigned(0), i);
    }
  const auto kept = session->Query("SHOW SESSION STATUS LIKE 'Prepared_stmt_count'");
  EXPECT_LE(std::stoul((*kept)[0].Text(1)), kPreparedStatementsMax);
}

TEST_F(DatabaseTest, AcquireGivesUpWhenAllAreBusy) {
  options_.pool_size = 1;
  options_.acquire_timeout = std::chrono::milliseconds(20);
  Pool pool(options_);
  auto held = pool.Acquire();
  EXPECT_EQ(pool.Acquire().error().code(), Code::kUnavailable);
  held->reset();
  EXPECT_TRUE(pool.Acquire().ok());
}

TEST_F(DatabaseTest, StatementsHaveADeadline) {
  options_.statement_timeout = std::chrono::seconds(1);
  Pool pool(options_);
  auto session = pool.Acquire();
  const auto slow = (*session)->Query("SELECT SLEEP(20) FROM (SELECT 1 UNION SELECT 2) AS two");
  EXPECT_EQ(slow.error().code(), Code::kUnavailable) << slow.error().message();
}

TEST(DatabaseOutage, ComesBackWithTheServer) {
  test::PrivateMariaDb server;
  Pool pool(server.EmptyDatabase());
  ASSERT_TRUE(pool.Acquire().value()->Query("SELECT 1").ok());
  auto held = pool.Acquire();
  server.Kill();
  EXPECT_EQ((*held)->Query("SELECT 1").error().code(), Code::kUnavailable);
  EXPECT_FALSE((*held)->LastErrorWasTransient());
  held->reset();
  EXPECT_EQ(pool.Acquire().error().code(), Code::kUnavailable);
  server.Start();
  // The pool notices on its own that its idle connections are dead.
  EXPECT_TRUE(pool.Acquire().value()->Query("SELECT 1").ok());
}

TEST(DatabaseOutage, LostInsideATransactionIsTransient) {
  test::PrivateMariaDb server;
  Pool pool(server.EmptyDatabase());
  auto session = pool.Acquire();
  auto transaction = Transaction::Begin(**session);
  server.Kill();
  EXPECT_FALSE((*session)->Query("SELECT 1").ok());
  EXPECT_TRUE((*session)->LastErrorWasTransient());
}

TEST(DatabaseHosts, AnUnusableListIsToldPlainly) {
  Options options;
  options.hosts = {"127.0.0.1:1"};
  EXPECT_EQ(Pool(options).Acquire().error().code(), Code::kUnavailable);
  options.hosts = {"127.0.0.1"};
  EXPECT_EQ(Pool(options).Acquire().error().code(), Code::kBadRequest);
}

}  // namespace
}  // namespace yundisk::db
