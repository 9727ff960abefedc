#include "storage_core/cli/verify.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <sstream>

#include "common/protocol/address.h"
#include "common/protocol/operator_messages.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::Answer;
using client::FakeDaemon;
using client::ReceivedRequest;
using wire::Service;

wire::CopyTold Told(std::uint8_t state, std::uint64_t verified_at_s = 0) {
  wire::CopyTold told;
  told.found = told.state = state;
  told.size_bytes = 5;
  told.sha256.fill(std::byte{1});
  told.verified_at_s = verified_at_s;
  return told;
}

FakeDaemon::Script Has(const wire::CopyTold& told) {
  return [told](const ReceivedRequest&) { return client::Success(Service::kStorage, told); };
}

// Whole once it was asked to read, or to bring, its copy.
FakeDaemon::Script After(wire::CopyAction wanted, const wire::CopyTold& before,
                         const wire::CopyTold& after) {
  return [=](const ReceivedRequest& request) {
    const auto asked = wire::DecodeBody<wire::CopyOf>(request.body);
    const bool done = asked && asked->action == static_cast<std::uint8_t>(wanted);
    return client::Success(Service::kStorage, done ? after : before);
  };
}

constexpr std::uint8_t kMissing = wire::CopyState::kMissing;
constexpr std::uint8_t kHealthy = wire::CopyState::kHealthy;
constexpr std::uint8_t kDamaged = wire::CopyState::kDamaged;
constexpr std::uint8_t kDeleted = wire::CopyState::kDeleted;

FakeDaemon::Script Refuses(Code code) {
  return [code](const ReceivedRequest&) {
    return client::Refusal(Service::kStorage, code, "as told");
  };
}

// A group "g" of storages that answer as they are told, and a tracker that lists them.
class VerifyTest : public testing::Test {
 protected:
  using Run = std::function<Result<void>(const DaemonCaller&)>;
  Result<void> With(const std::vector<FakeDaemon::Script>& members, const Run& run) {
    for (const FakeDaemon::Script& member : members)
      storages_.push_back(std::make_unique<FakeDaemon>(member));
    FakeDaemon tracker([this](const ReceivedRequest& request) { return Track(request); });
    client::Options options;
    options.trackers = {tracker.address()};
    const auto daemons = DaemonCaller::Make(options);
    return run(*daemons);
  }
  Result<void> VerifyWith(const std::vector<FakeDaemon::Script>& members, bool json = false,
                          bool reread = false) {
    return With(members, [&](const DaemonCaller& daemons) {
      return Verify(daemons, {"a", "u", "g/1"}, reread, {out_, json});
    });
  }

  Answer Track(const ReceivedRequest& request) const {
    if (static_cast<wire::Command>(request.command) == wire::Command::kAddresses)
      return client::Success(Service::kTracker,
                             wire::Location{*wire::TextZ<16>::From("g"),
                                            wire::JoinAddresses({{storages_[0]->address()}})});
    std::string text = "groups\t2\ngroup\tf\t1\t1\nstorage\t1\tother\t127.0.0.1:1\t1\t1\t1\t2\n";
    text += fmt::format("group\tg\t{0}\t{0}\n", storages_.size());
    for (std::size_t i = 0; i < storages_.size(); ++i)
      text += fmt::format("storage\t1\tnode{}\t{}\t1\t1\t1\t2\t-\t-\t-\t{}\n", i,
                          storages_[i]->address(), i == draining_ ? "draining" : "active");
    return client::Success(Service::kTracker, wire::Groups{{text}});
  }

  std::vector<std::unique_ptr<FakeDaemon>> storages_;
  std::size_t draining_ = 99;  // which of them
  std::ostringstream out_;
};

TEST_F(VerifyTest, CopiesThatAgreeAreHealthy) {
  ASSERT_TRUE(VerifyWith({Has(Told(kHealthy, 1)), Has(Told(kHealthy, 60))}, true).ok());
  EXPECT_NE(out_.str().find(R"("healthy":2)"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find(R"("wanted":2)"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find(R"("state":"healthy")"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("other"), std::string::npos) << "a storage of another group";
}

TEST_F(VerifyTest, TellsWhenTheOldestWasRead) {
  ASSERT_TRUE(VerifyWith({Has(Told(kHealthy, 60)), Has(Told(kHealthy, 120))}).ok());
  EXPECT_NE(out_.str().find("copies 2 of 2 healthy, all read at 1970-01-01T00:01:00Z or later\n"),
            std::string::npos)
      << out_.str();
}

TEST_F(VerifyTest, AMissingCopyIsNamed) {
  const auto verdict = VerifyWith({Has(Told(kHealthy)), Has(Told(kMissing))});
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code(), Code::kCorrupt);
  EXPECT_EQ(verdict.error().message(), "verifying g/1: 1 of 2 copies are healthy");
  EXPECT_NE(out_.str().find("missing"), std::string::npos);
}

TEST_F(VerifyTest, NobodyHasIt) {
  EXPECT_EQ(VerifyWith({Has(Told(kMissing)), Has(Told(kDeleted))}).error().code(), Code::kNotFound);
}

TEST_F(VerifyTest, ARefusalSaysNothingOfTheCopy) {
  for (const Code code : {Code::kUnavailable, Code::kInternal}) {
    storages_.clear();
    EXPECT_EQ(VerifyWith({Has(Told(kHealthy)), Refuses(code)}).error().code(), Code::kUnavailable);
    EXPECT_NE(out_.str().find("unavailable"), std::string::npos);
    EXPECT_EQ(out_.str().find("damaged"), std::string::npos);
  }
}

TEST_F(VerifyTest, WhatNobodyHasMayBeAtOneThatRefuses) {
  EXPECT_EQ(VerifyWith({Has(Told(kMissing)), Refuses(Code::kUnavailable)}).error().code(),
            Code::kUnavailable);
}

TEST_F(VerifyTest, ADamagedCopyIsNamed) {
  EXPECT_EQ(VerifyWith({Has(Told(kHealthy)), Has(Told(kDamaged))}).error().code(), Code::kCorrupt);
  EXPECT_NE(out_.str().find("damaged"), std::string::npos);
}

TEST_F(VerifyTest, WhatIsDrainingNeedNotHaveIt) {
  draining_ = 1;
  EXPECT_TRUE(VerifyWith({Has(Told(kHealthy)), Has(Told(kMissing))}).ok());
  EXPECT_NE(out_.str().find("copies 1 of 1 healthy"), std::string::npos) << out_.str();
}

TEST_F(VerifyTest, RereadingAsksThemToReadIt) {
  EXPECT_FALSE(VerifyWith({Has(Told(kHealthy)),
                           After(wire::CopyAction::kReread, Told(kHealthy), Told(kDamaged))},
                          false, true)
                   .ok());
}

TEST_F(VerifyTest, RepairTellsWhatWasMended) {
  wire::CopyTold mended = Told(kHealthy);
  mended.found = kMissing;
  const auto repaired =
      With({Has(Told(kHealthy)), After(wire::CopyAction::kRepair, Told(kMissing), mended)},
           [&](const DaemonCaller& daemons) {
             return RepairObject(daemons, {"a", "u", "g/1"}, {out_, false});
           });
  EXPECT_TRUE(repaired.ok());
  EXPECT_NE(out_.str().find("healthy, mended"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("copies 2 of 2 healthy, 1 mended"), std::string::npos) << out_.str();
}

}  // namespace
}  // namespace yundisk::cli
