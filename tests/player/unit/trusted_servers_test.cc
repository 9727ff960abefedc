#include "player/trusted_servers.h"

#include <string>

#include <gtest/gtest.h>
#include <QSettings>
#include <QTemporaryDir>

#include "player/messages.h"

namespace yundisk::player {
namespace {

HttpUrl Origin(const std::string& text) { return *ParseOrigin(text); }

class TrustedServersTest : public testing::Test {
 protected:
  QTemporaryDir folder_;
  QSettings settings_{folder_.filePath("player.conf"), QSettings::IniFormat};
  TrustedServers servers_{settings_};
};

TEST_F(TrustedServersTest, KnowsExactlyWhatWasAdded) {
  EXPECT_FALSE(servers_.Contains(Origin("http://a:8080")));
  servers_.Add(Origin("http://a:8080"));
  EXPECT_TRUE(servers_.Contains(*ParseHttpUrl("http://A:8080/api/v1/signed/t/n")));
  for (const char* other : {"http://a", "https://a:8080", "http://a:8081", "http://b:8080"})
    EXPECT_FALSE(servers_.Contains(Origin(other))) << other;
}

TEST_F(TrustedServersTest, RemembersAndForgets) {
  servers_.Add(Origin("http://a"));
  servers_.Add(Origin("https://b"));
  QSettings again(settings_.fileName(), QSettings::IniFormat);
  EXPECT_EQ(TrustedServers(again).List(), QStringList({"http://a", "https://b"}));
  servers_.Remove("http://a");
  EXPECT_EQ(servers_.List(), QStringList({"https://b"}));
}

TEST_F(TrustedServersTest, KeepsTheNewest) {
  for (int i = 0; i <= kMaxTrustedServers; ++i)
    servers_.Add(Origin("http://a" + std::to_string(i)));
  EXPECT_EQ(servers_.List().size(), kMaxTrustedServers);
  EXPECT_FALSE(servers_.Contains(Origin("http://a0")));
}

TEST(Messages, ThereIsOneForEveryProblem) {
  for (int problem = 0; problem <= static_cast<int>(LinkProblem::kNotSigned); ++problem)
    EXPECT_FALSE(Messages::Of(LinkProblem{problem}).title.isEmpty()) << problem;
  for (auto problem = static_cast<int>(StreamProblem::kExpired);
       problem <= static_cast<int>(StreamProblem::kChanged); ++problem) {
    EXPECT_FALSE(Messages::Of(StreamProblem{problem}).title.isEmpty()) << problem;
  }
}

}  // namespace
}  // namespace yundisk::player
