#include "common/database/migration.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/private_maria_db.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::db {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SplitStatements, LeavesQuotesAndCommentsAlone) {
  EXPECT_THAT(SplitStatements("CREATE a; -- no; really\n INSERT 'x;''y\\';' ;\n/* ; */ `a;b`;\n"),
              ElementsAre("CREATE a", "INSERT 'x;''y\\';'", "`a;b`"));
  EXPECT_THAT(SplitStatements(" \n-- nothing"), ElementsAre());
  EXPECT_THAT(SplitStatements("SELECT 'open"), ElementsAre("SELECT 'open"));
}

class MigrationTest : public testing::Test {
 protected:
  MigrationTest() : pool_(test::SharedMariaDb().EmptyDatabase()) {}

  void Write(const std::string& name, const std::string& sql) {
    std::ofstream(folder_.File(name)) << sql;
  }
  Result<std::size_t> Run() {
    TRY(const auto migrations, ReadMigrations(folder_.path().string()));
    TRY(const auto session, pool_.Acquire());
    return Migrate(*session, migrations);
  }
  std::int64_t Count(const std::string& from) {
    auto session = pool_.Acquire();
    return (*session)->Query("SELECT COUNT(*) FROM " + from).value()[0].Int(0);
  }

  test::TemporaryFolder folder_;
  Pool pool_;
};

TEST_F(MigrationTest, AppliesEachFileOnce) {
  Write("0001_first.sql", "CREATE TABLE a (id INT); INSERT INTO a VALUES (1);");
  EXPECT_EQ(Run().value(), 1u);
  EXPECT_EQ(Run().value(), 0u);
  Write("0002_second.sql", "INSERT INTO a VALUES (2);");
  EXPECT_EQ(Run().value(), 1u);
  EXPECT_EQ(Count("a"), 2);
}

TEST_F(MigrationTest, RefusesAChangedFile) {
  Write("0001_first.sql", "CREATE TABLE a (id INT);");
  ASSERT_TRUE(Run().ok());
  Write("0001_first.sql", "CREATE TABLE a (id BIGINT);");
  EXPECT_THAT(Run().error().message(), HasSubstr("0001_first.sql was changed"));
}

TEST_F(MigrationTest, RefusesADatabaseOfANewerVersion) {
  Write("0001_first.sql", "CREATE TABLE a (id INT);");
  Write("0002_second.sql", "CREATE TABLE b (id INT);");
  ASSERT_TRUE(Run().ok());
  std::filesystem::remove(folder_.File("0002_second.sql"));
  EXPECT_THAT(Run().error().message(), HasSubstr("newer version"));
}

TEST_F(MigrationTest, RefusesBadNamesAndGaps) {
  Write("first.sql", "SELECT 1;");
  EXPECT_EQ(Run().error().code(), Code::kBadRequest);
  std::filesystem::remove(folder_.File("first.sql"));
  Write("0002_second.sql", "SELECT 1;");
  EXPECT_THAT(Run().error().message(), HasSubstr("should have the number 1"));
}

TEST_F(MigrationTest, ContinuesAtTheStatementThatFailed) {
  Write("0001_first.sql",
        "CREATE TABLE a (id INT); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);");
  EXPECT_FALSE(Run().ok());
  ASSERT_TRUE(pool_.Acquire().value()->Execute("CREATE TABLE b (id INT)").ok());
  EXPECT_EQ(Run().value(), 1u);
  EXPECT_EQ(Count("a"), 1);
  EXPECT_EQ(Count("b"), 1);
}

// A kill between a statement and its record: the statement is run again and its effect is found.
TEST_F(MigrationTest, ToleratesAnEffectThatIsThereOnResume) {
  Write("0001_first.sql", "CREATE TABLE a (id INT); CREATE TABLE b (id INT);");
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(pool_.Acquire()
                  .value()
                  ->Execute("UPDATE schema_migrations SET statements_done = 1, applied_at = NULL")
                  .ok());
  EXPECT_EQ(Run().value(), 1u);
}

TEST_F(MigrationTest, AnExistingTableIsNotToleratedTheFirstTime) {
  ASSERT_TRUE(pool_.Acquire().value()->Execute("CREATE TABLE a (id INT)").ok());
  Write("0001_first.sql", "CREATE TABLE a (id INT);");
  EXPECT_FALSE(Run().ok());
}

TEST(OurMigrations, ApplyToAnEmptyDatabase) {
  Pool pool(test::SharedMariaDb().FreshDatabase());
  EXPECT_TRUE(pool.Acquire().value()->Query("SELECT id FROM users").ok());
}

}  // namespace
}  // namespace yundisk::db
