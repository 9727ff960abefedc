#include "storage_core/cli/members.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::FakeDaemon;
using client::ReceivedRequest;
using wire::Service;

class MembersTest : public testing::Test {
 protected:
  Result<void> Set(const std::string& node, wire::MemberAction action) {
    FakeDaemon tracker([this](const ReceivedRequest& request) {
      received_ = *wire::DecodeBody<wire::SetMember>(request.body);
      return client::Success(Service::kTracker, wire::Empty{});
    });
    client::Options options;
    options.trackers = {tracker.address()};
    const auto daemons = DaemonCaller::Make(options);
    return SetMember(*daemons, node, action, {out_, true});
  }

  wire::SetMember received_;
  std::ostringstream out_;
};

TEST_F(MembersTest, TheTrackerIsTold) {
  ASSERT_TRUE(Set("1/1a", wire::MemberAction::kDrain).ok());
  EXPECT_EQ(received_.group.view(), "1");
  EXPECT_EQ(received_.host_name.view(), "1a");
  EXPECT_EQ(received_.action, 1);
  EXPECT_EQ(out_.str(), "{\"node\":\"1/1a\",\"standing\":\"draining\"}\n");
}

TEST_F(MembersTest, ANodeNeedsItsGroup) {
  for (const char* node : {"1a", "/1a", "1/", "12345678901234567/1a"}) {
    const auto result = Set(node, wire::MemberAction::kRemove);
    ASSERT_FALSE(result.ok()) << node;
    EXPECT_EQ(result.error().code(), Code::kBadRequest) << result.error().message();
  }
}

}  // namespace
}  // namespace yundisk::cli
