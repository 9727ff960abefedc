#include "cgi/upload/spool.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace yundisk::upload {
namespace {

namespace fs = std::filesystem;

class SpoolTest : public testing::Test {
 protected:
  std::string Make(const std::string& name) {
    fs::create_directories((spool_.path() / name).parent_path());
    std::ofstream(spool_.path() / name) << "body";
    return (spool_.path() / name).string();
  }
  WallTime Later(std::chrono::minutes by) { return SystemClock().Now() + by; }

  test::TemporaryFolder spool_;
};

TEST_F(SpoolTest, FindsABody) {
  const SpooledBody body = FindSpooled(spool_.path(), Make("4/00/0000000004")).value();
  EXPECT_EQ(body.name, "4/00/0000000004");
  EXPECT_EQ(body.size_bytes, 4u);
}

TEST_F(SpoolTest, FindsNothingElse) {
  Make("secret");
  for (const std::string& name :
       {std::string("secret"), std::string("../4/00/04"), std::string("4/../00/04"),
        std::string("4/00/../04"), std::string("4/00/"), std::string(""), std::string("a/00/04")})
    EXPECT_FALSE(FindSpooled(spool_.path(), spool_.File(name)).ok()) << name;
  EXPECT_FALSE(FindSpooled(spool_.path(), "4/00/0000000004").ok());
  EXPECT_FALSE(FindSpooled(spool_.path(), spool_.File("4/00/0000000009")).ok()) << "absent";
  Make("4/00/0000000004");
  fs::create_symlink(spool_.File("secret"), spool_.File("4/00/0000000005"));
  EXPECT_FALSE(FindSpooled(spool_.path(), spool_.File("4/00/0000000005")).ok());
}

TEST_F(SpoolTest, SweepsStaleBodiesOnly) {
  Make("4/00/0000000004");
  Make("5/00/0000000005");
  Make("keep.txt");
  Make("4/00/keep");
  EXPECT_EQ(SweepSpool(spool_.path(), Later(std::chrono::minutes(50))), 0u);
  EXPECT_EQ(SweepSpool(spool_.path(), Later(std::chrono::minutes(61))), 2u);
  EXPECT_FALSE(fs::exists(spool_.path() / "4/00/0000000004"));
  EXPECT_TRUE(fs::exists(spool_.path() / "keep.txt"));
  EXPECT_TRUE(fs::exists(spool_.path() / "4/00/keep"));
}

TEST_F(SpoolTest, AMissingSpoolIsNoSpool) {
  EXPECT_EQ(SweepSpool(spool_.File("absent"), Later(std::chrono::minutes(61))), 0u);
  EXPECT_FALSE(CheckFreeSpace(spool_.File("absent"), 1).ok());
  EXPECT_TRUE(CheckFreeSpace(spool_.path(), 1).ok());
  EXPECT_EQ(CheckFreeSpace(spool_.path(), std::uint64_t{1} << 60).error().code(), Code::kNoSpace);
}

}  // namespace
}  // namespace yundisk::upload
