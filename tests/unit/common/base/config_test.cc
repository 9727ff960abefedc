#include "common/base/config.h"

#include <gtest/gtest.h>

#include "common/base/shared_config.h"

namespace yundisk {
namespace {

struct TrackerConfig {
  std::uint16_t port = 21000;
  std::chrono::milliseconds beat_timeout{3000};
  std::string name = "tracker";
  bool verbose = false;
  LogConfig log;

  void Describe(ConfigFields& fields) {
    log.Describe(fields);
    fields.Integer("tracker.port", port, {1, 65535});
    fields.Duration("tracker.beat_timeout_ms", beat_timeout, {1, 60000});
    fields.Text("tracker.name", name);
    fields.Boolean("tracker.verbose", verbose);
  }
};

Result<TrackerConfig> Load(std::string_view toml, std::string_view instance = "") {
  TRY(const ConfigFile file, ConfigFile::Parse(toml, "test.toml"));
  return file.Load<TrackerConfig>(instance);
}

TEST(Config, EmptyFileGivesDefaults) {
  const auto config = Load("");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->port, 21000);
  EXPECT_EQ(config->log.level, "info");
}

TEST(Config, ReadsEveryKind) {
  const auto config = Load(
      "[tracker]\nport = 1\nbeat_timeout_ms = 5\nname = \"七\"\nverbose = true\n"
      "[log]\nlevel = \"debug\"\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->port, 1);
  EXPECT_EQ(config->beat_timeout, std::chrono::milliseconds(5));
  EXPECT_EQ(config->name, "七");
  EXPECT_TRUE(config->verbose);
  EXPECT_EQ(config->log.level, "debug");
}

TEST(Config, InstanceOverrides) {
  constexpr std::string_view kToml = "[tracker]\nport = 1\nname = \"a\"\n[tracker.b]\nport = 2\n";
  EXPECT_EQ(Load(kToml)->port, 1);
  EXPECT_EQ(Load(kToml, "b")->port, 2);
  EXPECT_EQ(Load(kToml, "b")->name, "a");
  EXPECT_EQ(Load(kToml, "c")->port, 1);
}

struct Mistake {
  std::string_view toml;
  std::string_view named;  // what the message must contain
};

class ConfigMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakes, StopWithAMessageThatNamesThem) {
  const auto config = Load(GetParam().toml);
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message().find(GetParam().named), std::string::npos)
      << config.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigMistakes,
    testing::Values(Mistake{"[tracker]\nport = 0\n",
                            "tracker.port is 0, but must be a whole number from 1 to 65535"},
                    Mistake{"[tracker]\nport = \"x\"\n", "tracker.port"},
                    Mistake{"[tracker]\nport = 1.5\n", "tracker.port"},
                    Mistake{"[tracker]\nprot = 1\n", "no setting tracker.prot (line 2)"},
                    Mistake{"[tracker.b]\nprot = 1\n", "tracker.prot"},
                    Mistake{"[trakcer]\nport = 1\n", "[trakcer]"},
                    Mistake{"tracker = 1\n", "[tracker]"},
                    Mistake{"[tracker]\nverbose = 1\n", "tracker.verbose"},
                    Mistake{"[tracker]\nname = 1\n", "tracker.name"},
                    Mistake{"[log]\nlevel = \"loud\"\n", "debug, info, warning, error"},
                    Mistake{"[tracker\n", "line 1"}));

TEST(Config, TablesOfOtherProgramsAreTheirBusiness) {
  EXPECT_TRUE(Load("[storage]\nanything = 1\n").ok());
}

TEST(Config, ListsOfTexts) {
  const auto file = ConfigFile::Parse("[cluster]\ntrackers = [\"a:1\", \"b:2\"]\n", "test.toml");
  const auto config = file->Load<ClusterConfig>();
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->trackers, (std::vector<std::string>{"a:1", "b:2"}));
  const auto wrong = ConfigFile::Parse("[cluster]\ntrackers = [1]\n", "test.toml");
  EXPECT_FALSE(wrong->Load<ClusterConfig>().ok());
}

TEST(Config, MissingFileIsNamed) {
  const auto file = ConfigFile::Read("/nonexistent/yundisk.toml");
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message().find("/nonexistent/yundisk.toml"), std::string::npos);
}

}  // namespace
}  // namespace yundisk
