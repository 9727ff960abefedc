#include "storage_core/cli/repair.h"

#include <atomic>
#include <memory>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/protocol/operator_messages.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::FakeDaemon;
using client::ReceivedRequest;
using testing::HasSubstr;
using wire::Service;

// A member whose repair takes three looks.
class FakeMember {
 public:
  explicit FakeMember(wire::RepairTold result) : result_(result) {}

  std::string address() const { return daemon_.address(); }
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  std::atomic<bool> restarts = false;  // after its first answer

 private:
  client::Answer Serve(const ReceivedRequest& request) {
    const auto asked = wire::DecodeBody<wire::Repair>(request.body);
    wire::RepairTold told = result_;
    told.number = restarts && looks_ > 0 ? 8 : 7;
    const auto action = static_cast<wire::RepairAction>(asked->action);
    if (action == wire::RepairAction::kBegin) ++begun;
    if (action == wire::RepairAction::kEnd) ++ended;
    if (++looks_ < 3 && action != wire::RepairAction::kEnd) told.state = wire::RepairState::kRuns;
    return client::Success(Service::kStorage, told);
  }

  const wire::RepairTold result_;
  std::atomic<int> looks_ = 0;
  FakeDaemon daemon_{[this](const ReceivedRequest& request) { return Serve(request); }};
};

wire::RepairTold Done(std::uint64_t damaged, std::uint64_t brought, std::uint64_t left) {
  wire::RepairTold told;
  told.state = wire::RepairState::kDone;
  told.objects = told.objects_read = 10;
  told.bytes = told.bytes_read = 2048;
  told.damaged = damaged;
  told.brought = brought;
  told.left = left;
  return told;
}

class RepairTest : public testing::Test {
 protected:
  FakeMember& Add(const wire::RepairTold& result) {
    return *members_.emplace_back(std::make_unique<FakeMember>(result));
  }
  Result<void> Run(RepairWish wish, bool json = false) {
    FakeDaemon tracker([this](const ReceivedRequest&) {
      std::string text = "groups\t2\ngroup\tf\t1\t1\nstorage\t1\tother\t127.0.0.1:1\t1\t1\t1\t2\n";
      text += "group\tg\t1\t1\n";
      for (std::size_t i = 0; i < members_.size(); ++i)
        text += fmt::format("storage\t1\tnode{}\t{}\t1\t1\t1\t2\n", i, members_[i]->address());
      return client::Success(Service::kTracker, wire::Groups{{text}});
    });
    client::Options options;
    options.trackers = {tracker.address()};
    const auto daemons = DaemonCaller::Make(options);
    wish.look_every = std::chrono::milliseconds(1);
    return RepairGroups(*daemons, wish, {out_, json});
  }
  std::vector<std::unique_ptr<FakeMember>> members_;
  std::ostringstream out_;
};

TEST_F(RepairTest, WaitsForAllMembersOfTheGroupAndTellsTotals) {
  FakeMember& first = Add(Done(1, 2, 0));
  FakeMember& second = Add(Done(0, 3, 0));
  const auto done = Run({"g"}, true);
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(first.begun, 1);
  EXPECT_EQ(second.begun, 1);
  EXPECT_THAT(out_.str(), HasSubstr(R"("brought":5,"bytes_read":4096,"damaged":1,"left":0)"));
  EXPECT_THAT(out_.str(), HasSubstr(R"("state":"done")"));
}

TEST_F(RepairTest, WhatIsLeftFails) {
  Add(Done(2, 1, 1));
  const auto done = Run({"g"});
  EXPECT_EQ(done.error().code(), Code::kCorrupt);
  EXPECT_EQ(done.error().message(), "repair: 1 copies could not be mended");
  EXPECT_THAT(out_.str(), HasSubstr("g/node0  done"));
}

TEST_F(RepairTest, AMemberThatCannotBeAskedFails) {
  Add(Done(0, 0, 0));
  const auto done = Run({""});
  EXPECT_EQ(done.error().code(), Code::kUnavailable);
  EXPECT_THAT(out_.str(), HasSubstr("f/other  unavailable"));
  EXPECT_THAT(out_.str(), HasSubstr("g/node0  done"));
}

TEST_F(RepairTest, AMemberThatStartedAnewDidNotFinish) {
  Add(Done(0, 0, 0)).restarts = true;
  EXPECT_EQ(Run({"g"}).error().code(), Code::kUnavailable);
  EXPECT_THAT(out_.str(), HasSubstr("it was started anew in between"));
}

TEST_F(RepairTest, CanBeEnded) {
  FakeMember& member = Add(Done(0, 0, 0));
  EXPECT_TRUE(Run({"g", true}).ok());
  EXPECT_EQ(member.ended, 1);
  EXPECT_EQ(member.begun, 0);
}

TEST_F(RepairTest, NoSuchGroup) { EXPECT_EQ(Run({"nogroup"}).error().code(), Code::kNotFound); }

}  // namespace
}  // namespace yundisk::cli
