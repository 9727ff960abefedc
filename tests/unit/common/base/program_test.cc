#include "common/base/program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <vector>

namespace yundisk {
namespace {

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "yundisk-program-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(std::string_view toml) {
    const std::filesystem::path path = folder_ / "yundisk.toml";
    std::ofstream(path) << toml;
    return path;
  }

  int Run(std::vector<std::string> arguments, const std::function<Result<void>()>& body) {
    arguments.insert(arguments.begin(), "prog");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    const auto run = [&](const ConfigFile&, const std::string& instance) {
      instance_ = instance;
      ++runs_;
      return body();
    };
    return RunProgram(static_cast<int>(argv.size()), argv.data(), {"prog", "A test.", {}}, run);
  }

  static Result<void> Fine() { return {}; }

  std::filesystem::path folder_;
  std::string instance_;
  int runs_ = 0;
};

TEST_F(ProgramTest, RunsWithItsConfigurationAndInstance) {
  EXPECT_EQ(Run({"--config", Write("[log]\nlevel = \"error\"\n"), "--instance", "1b"}, Fine), 0);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(instance_, "1b");
}

TEST_F(ProgramTest, AFailedRunIsOne) {
  const auto fail = [] { return Result<void>(Error(Code::kUnavailable, "the port is taken")); };
  EXPECT_EQ(Run({"--config", Write("")}, fail), 1);
}

TEST_F(ProgramTest, ABadConfigurationNeverRuns) {
  EXPECT_EQ(Run({"--config", Write("[log]\nlevel = \"loud\"\n")}, Fine), 1);
  EXPECT_EQ(Run({"--config", (folder_ / "none.toml").string()}, Fine), 1);
  EXPECT_EQ(runs_, 0);
}

TEST_F(ProgramTest, AWrongCommandLineIsTwo) {
  EXPECT_EQ(Run({}, Fine), 2);
  EXPECT_EQ(Run({"--config"}, Fine), 2);
  EXPECT_EQ(Run({"--config", Write(""), "--verbose"}, Fine), 2);
  EXPECT_EQ(runs_, 0);
}

}  // namespace
}  // namespace yundisk
