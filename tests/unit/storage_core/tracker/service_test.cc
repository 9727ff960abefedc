// The tracker's commands over a real server and sockets; only the database is a stand-in.
#include "storage_core/tracker/service.h"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/storage_core/tracker/service_fixture.h"

namespace yundisk::tracker {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServiceTest : public ServiceFixture {
 protected:
  std::size_t watches_waiting() {
    const auto count = [this]() -> net::Task<std::size_t> { co_return watches_.waiting(); };
    return boost::asio::co_spawn(loops_.at(0).context(), count, boost::asio::use_future).get();
  }
};

TEST_F(ServiceTest, JoinBeatAddressesPlaceList) {
  ASSERT_TRUE(Call(JoinOf("g1", "a", 100, 23000)).ok());
  EXPECT_EQ(Addresses("g1/1").error().code(), Code::kUnavailable);
  ASSERT_TRUE(Call(BeatOf("g1", "a", 1000)).ok());

  const auto addresses = Addresses("g1/1");
  ASSERT_TRUE(addresses.ok()) << addresses.error().message();
  EXPECT_EQ(addresses->group.view(), "g1");
  EXPECT_EQ(addresses->addresses.view(), "127.0.0.1:23000;");
  EXPECT_EQ(Place(1000)->group.view(), "g1");
  EXPECT_EQ(Place(1001).error().code(), Code::kNoSpace);
  EXPECT_THAT(Call(wire::GroupList{})->lines.text, StartsWith("groups\t1\ngroup\tg1\t1\t1\n"));
}

TEST_F(ServiceTest, FailuresNameTheTrackerAndTheCause) {
  EXPECT_EQ(Addresses("g7/1").error().message(),
            "[t1] addresses of group g7: no storage of it is active");
  EXPECT_EQ(Call(BeatOf("g1", "a")).error().code(), Code::kUnknownNode);
  EXPECT_THAT(Place(0).error().message(), HasSubstr("no storage is active"));
}

TEST_F(ServiceTest, IdsThatCarryTheirGroupNeedNoDatabase) {
  ASSERT_TRUE(Call(JoinOf("g1", "a", 100)).ok());
  ASSERT_TRUE(Call(BeatOf("g1", "a")).ok());
  EXPECT_TRUE(Addresses("g1/1").ok());
  const auto routed = Addresses("no group");
  ASSERT_FALSE(routed.ok());
  EXPECT_EQ(routed.error().code(), Code::kUnavailable);
  EXPECT_THAT(routed.error().message(), HasSubstr("the database is down"));
}

TEST_F(ServiceTest, WatchNeedsTheTableOfMembers) {
  member_store_.Lock()->down = true;
  const auto watched = Call(WatchOf(0, "g1"));
  ASSERT_FALSE(watched.ok());
  EXPECT_EQ(watched.error().code(), Code::kUnavailable);
}

TEST_F(ServiceTest, WatchTellsAtOnceAndThenWhenSomethingChanges) {
  StartMembers();
  Activate("g1", "a");
  const auto first = Watch(0, "g1");
  ASSERT_TRUE(first.ok());
  EXPECT_NE(first->version, 0U);
  EXPECT_THAT(first->lines.text, StartsWith("groups\t1\ngroup\tg1\t1\t1\nstorage\t1.0\ta\t"));

  net::RawClient watcher(server_.port());
  ASSERT_TRUE(watcher.SendRequest(WatchOf(first->version, "g1")));
  ASSERT_TRUE(Eventually([&] { return watches_waiting() > 0; }));
  ASSERT_TRUE(Call(BeatOf("g1", "a", 2000)).ok());  // statistics are no change
  Activate("g2", "b");                              // nor is another group
  EXPECT_EQ(watches_waiting(), 1U);
  Activate("g1", "c", 23001);
  const auto second = Receive<wire::Watch>(watcher);
  ASSERT_TRUE(second.ok());
  EXPECT_GT(second->version, first->version);
  EXPECT_THAT(second->lines.text, HasSubstr("\tc\t127.0.0.1:23001\t"));
  EXPECT_THAT(second->lines.text, testing::Not(HasSubstr("g2")));
}

TEST_F(ServiceTest, AMovedAddressIsPushed) {
  StartMembers();
  Activate("g1", "a");
  const auto before = Watch(0, "g1").value();
  ASSERT_TRUE(Call(JoinOf("g1", "a", 101, 4000)).ok());
  const auto after = Watch(before.version, "g1").value();
  EXPECT_THAT(after.lines.text, HasSubstr("127.0.0.1:4000\t101\t"));
}

TEST_F(ServiceTest, AllWatchersHearOfAChange) {
  constexpr std::size_t kWatchers = 200;
  StartMembers();
  Activate("g1", "a");
  const std::uint64_t version = Watch(0, "").value().version;
  std::vector<std::unique_ptr<net::RawClient>> watchers;
  for (std::size_t i = 0; i < kWatchers; ++i) {
    watchers.push_back(std::make_unique<net::RawClient>(server_.port()));
    ASSERT_TRUE(watchers.back()->SendRequest(WatchOf(version, i % 2 == 0 ? "" : "g1")));
  }
  ASSERT_TRUE(Eventually([&] { return watches_waiting() == kWatchers; }));
  Activate("g1", "b");
  for (const auto& watcher : watchers) {
    const auto watched = Receive<wire::Watch>(*watcher);
    ASSERT_TRUE(watched.ok());
    EXPECT_THAT(watched->lines.text, HasSubstr("group\tg1\t2\t"));
  }
}

wire::SetMember SetOf(std::string_view host, wire::MemberAction action) {
  return {wire::TextZ<16>::From("g1").value(), wire::TextZ<128>::From(host).value(),
          static_cast<std::uint8_t>(action)};
}

TEST_F(ServiceTest, AnOperatorDrainsAndRemoves) {
  StartMembers();
  Activate("g1", "a");
  Activate("g1", "b", 23001);
  const auto removed = Call(SetOf("a", wire::MemberAction::kRemove));
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().code(), Code::kBadRequest);
  EXPECT_THAT(removed.error().message(), HasSubstr("g1/a is active; drain it first, or stop it"));

  const auto before = Watch(0, "g1").value();
  ASSERT_TRUE(Call(SetOf("a", wire::MemberAction::kDrain)).ok());
  const auto drained = Watch(before.version, "g1").value();
  EXPECT_THAT(drained.lines.text, HasSubstr("\tdraining\t"));
  EXPECT_EQ(Place(0)->addresses.view(), "127.0.0.1:23001;");
  EXPECT_EQ(Addresses("g1/1")->addresses.view(), "127.0.0.1:23001;127.0.0.1:23000;");
  ASSERT_TRUE(Call(SetOf("a", wire::MemberAction::kActivate)).ok());
  ASSERT_TRUE(Call(SetOf("a", wire::MemberAction::kDrain)).ok());
  ASSERT_TRUE(Call(SetOf("a", wire::MemberAction::kRemove)).ok());
  EXPECT_THAT(Watch(0, "g1")->lines.text, testing::Not(HasSubstr("\ta\t")));
  EXPECT_THAT(Watch(0, "g1")->lines.text, testing::EndsWith("\nremoved\tg1\ta\n"));
  EXPECT_THAT(Watch(0, "g2")->lines.text, testing::Not(HasSubstr("removed")));
  EXPECT_EQ(Call(BeatOf("g1", "a")).error().code(), Code::kUnknownNode);
  EXPECT_EQ(Call(JoinOf("g1", "a", 100)).error().code(), Code::kExists);
  EXPECT_TRUE(Call(JoinOf("g1", "a", 101)).ok());
}

TEST_F(ServiceTest, WhatCannotBeSetIsRefused) {
  EXPECT_EQ(Call(SetOf("a", wire::MemberAction::kDrain)).error().code(), Code::kNotFound);
  auto nonsense = SetOf("a", wire::MemberAction::kDrain);
  nonsense.action = 3;
  EXPECT_EQ(Call(nonsense).error().code(), Code::kBadRequest);
}

TEST_F(ServiceTest, ReportedFailuresTakeAStorageOut) {
  Activate("g1", "a");
  Activate("g1", "b", 23001);
  const auto report = [](std::uint8_t outcome) {
    return wire::Report{wire::TextZ<16>::From("g1").value(),
                        wire::TextZ<64>::From("127.0.0.1:23000").value(), outcome, 5, 1000};
  };
  ASSERT_TRUE(Call(report(1)).ok());
  EXPECT_EQ(Addresses("g1/1")->addresses.view(), "127.0.0.1:23001;");
  EXPECT_THAT(Call(wire::GroupList{})->lines.text, HasSubstr("\tactive\tout\t"));
  EXPECT_EQ(Call(report(3)).error().code(), Code::kBadRequest);
}

TEST_F(ServiceTest, AHintOfNewMembersIsLookedAtNow) {
  const wire::Hint hint{static_cast<std::uint8_t>(wire::HintKind::kMembers),
                        wire::TextZ<16>::From("g1").value(),
                        wire::TextZ<128>::From("a").value(),
                        {},
                        0};
  member_store_.Lock()->rows[{"g1", "a"}] = {{"g1", "a"}, "10.0.0.1:1", 5};
  ASSERT_TRUE(Call(hint).ok());
  EXPECT_THAT(Call(wire::GroupList{})->lines.text, HasSubstr("\ta\t10.0.0.1:1\t"));
}

}  // namespace
}  // namespace yundisk::tracker
