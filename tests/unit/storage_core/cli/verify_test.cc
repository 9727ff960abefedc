#include "storage_core/cli/verify.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <sstream>

#include "common/protocol/address.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::Answer;
using client::FakeDaemon;
using client::ReceivedRequest;
using wire::Service;

wire::ObjectStat StatOf(std::uint64_t size_bytes, std::uint8_t digest) {
  wire::ObjectStat stat;
  stat.size_bytes = size_bytes;
  stat.sha256.fill(std::byte{digest});
  return stat;
}

FakeDaemon::Script Has(const wire::ObjectStat& stat) {
  return [stat](const ReceivedRequest&) { return client::Success(Service::kStorage, stat); };
}

FakeDaemon::Script Refuses(Code code) {
  return [code](const ReceivedRequest&) {
    return client::Refusal(Service::kStorage, code, "as told");
  };
}

// A group "g" of storages that answer as they are told, and a tracker that lists them.
class VerifyTest : public testing::Test {
 protected:
  Result<void> VerifyWith(const std::vector<FakeDaemon::Script>& members, bool json = false) {
    for (const FakeDaemon::Script& member : members)
      storages_.push_back(std::make_unique<FakeDaemon>(member));
    FakeDaemon tracker([this](const ReceivedRequest& request) { return Track(request); });
    client::Options options;
    options.trackers = {tracker.address()};
    const auto daemons = DaemonCaller::Make(options);
    return Verify(*daemons, {"a", "u", "g/1"}, {out_, json});
  }

  Answer Track(const ReceivedRequest& request) const {
    if (static_cast<wire::Command>(request.command) == wire::Command::kAddresses)
      return client::Success(Service::kTracker,
                             wire::Location{*wire::TextZ<16>::From("g"),
                                            wire::JoinAddresses({{storages_[0]->address()}})});
    std::string text = "groups\t2\ngroup\tf\t1\t1\nstorage\t1\tother\t127.0.0.1:1\t1\t1\t1\t2\n";
    text += fmt::format("group\tg\t{0}\t{0}\n", storages_.size());
    for (std::size_t i = 0; i < storages_.size(); ++i)
      text += fmt::format("storage\t1\tnode{}\t{}\t1\t1\t1\t2\n", i, storages_[i]->address());
    return client::Success(Service::kTracker, wire::Groups{{text}});
  }

  std::vector<std::unique_ptr<FakeDaemon>> storages_;
  std::ostringstream out_;
};

TEST_F(VerifyTest, CopiesThatAgreeAreHealthy) {
  ASSERT_TRUE(VerifyWith({Has(StatOf(5, 1)), Has(StatOf(5, 1))}, true).ok());
  EXPECT_NE(out_.str().find("\"state\":\"healthy\""), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("other"), std::string::npos) << "a storage of another group";
}

TEST_F(VerifyTest, AMissingCopyIsNamed) {
  const auto verdict = VerifyWith({Has(StatOf(5, 1)), Refuses(Code::kNotFound)});
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code(), Code::kCorrupt);
  EXPECT_EQ(verdict.error().message(), "verifying g/1: 1 of 2 copies are healthy");
  EXPECT_NE(out_.str().find("missing"), std::string::npos);
}

TEST_F(VerifyTest, NobodyHasIt) {
  EXPECT_EQ(VerifyWith({Refuses(Code::kNotFound), Refuses(Code::kDeleted)}).error().code(),
            Code::kNotFound);
}

TEST_F(VerifyTest, OneThatCannotBeAsked) {
  EXPECT_EQ(VerifyWith({Has(StatOf(5, 1)), Refuses(Code::kUnavailable)}).error().code(),
            Code::kUnavailable);
  EXPECT_NE(out_.str().find("unavailable"), std::string::npos);
}

TEST_F(VerifyTest, OneThatCannotReadIt) {
  EXPECT_EQ(VerifyWith({Has(StatOf(5, 1)), Refuses(Code::kInternal)}).error().code(),
            Code::kCorrupt);
  EXPECT_NE(out_.str().find("damaged"), std::string::npos);
}

TEST(Judge, TheMajorityIsRight) {
  std::vector<Copy> copies(3);
  copies[0].stat = copies[2].stat = StatOf(5, 1);
  copies[1].stat = StatOf(5, 2);
  Judge(copies);
  EXPECT_EQ(copies[0].state, CopyState::kHealthy);
  EXPECT_EQ(copies[1].state, CopyState::kDiffering);
  EXPECT_EQ(copies[2].state, CopyState::kHealthy);
}

TEST(Judge, WithoutAMajorityAllDiffer) {
  std::vector<Copy> copies(2);
  copies[0].stat = StatOf(5, 1);
  copies[1].stat = StatOf(6, 1);
  Judge(copies);
  EXPECT_EQ(copies[0].state, CopyState::kDiffering);
  EXPECT_EQ(copies[1].state, CopyState::kDiffering);
}

}  // namespace
}  // namespace yundisk::cli
