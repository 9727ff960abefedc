// Members and their table, which can be down.
#include "storage_core/tracker/members.h"

#include <gtest/gtest.h>
#include <boost/asio/detached.hpp>

#include "tests/unit/storage_core/tracker/fake_clock.h"
#include "tests/unit/storage_core/tracker/fake_stores.h"
#include "tests/unit/storage_core/tracker/run_to_end.h"

namespace yundisk::tracker {
namespace {

class MembersTest : public testing::Test {
 protected:
  // Runs the members; a step between each two of their rounds.
  void Run(std::vector<std::function<void()>> steps) {
    timer_.steps = std::move(steps);
    EXPECT_THROW(RunToEnd(members_.Run()), ScriptedTimer::End);
    EXPECT_EQ(timer_.next, timer_.steps.size());
  }

  FakeClock clock_;
  Registry registry_{{}, clock_};
  FakeMemberStore store_;
  net::BlockingPool pool_{2};
  ScriptedTimer timer_;
  Members members_{registry_, store_, pool_, timer_};
};

TEST_F(MembersTest, AreLoadedAndSavedOnceTheStoreIsThere) {
  store_.Lock()->rows[{"g1", "old"}] = {{"g1", "old"}, "10.0.0.9:1", 5};
  store_.Lock()->down = true;
  Run({[&] {
         members_.Joined({{"g1", "new"}, "10.0.0.1:1", 6});
       },
       [&] {
         EXPECT_TRUE(registry_.nodes().empty());
         EXPECT_FALSE(members_.loaded());
       },
       [&] { store_.Lock()->down = false; },
       [&] {
         EXPECT_TRUE(members_.loaded());
         EXPECT_TRUE(registry_.nodes().contains({"g1", "old"}));
         EXPECT_EQ(store_.Lock()->saves, 1);
         members_.Joined({{"g1", "new"}, "10.0.0.2:1", 6});
       },
       [&] { EXPECT_EQ(store_.Lock()->saves, 2); }, [&] { EXPECT_EQ(store_.Lock()->saves, 2); }});
  EXPECT_EQ((store_.Lock()->rows[{"g1", "new"}].address), "10.0.0.2:1");
}

TEST_F(MembersTest, WhatOthersChangeInTheTableIsSeen) {
  Run({[&] {
         store_.Lock()->rows[{"g1", "a"}] = {{"g1", "a"}, "10.0.0.9:1", 5};
       },
       [&] {
         EXPECT_TRUE(registry_.nodes().contains({"g1", "a"}));
         store_.Lock()->rows[{"g1", "a"}].standing = Standing::kDraining;
       },
       [&] {
         EXPECT_TRUE(registry_.nodes().at({"g1", "a"}).draining);
         store_.Lock()->down = true;
         store_.Lock()->rows.clear();
       },
       [&] {
         EXPECT_TRUE(registry_.nodes().contains({"g1", "a"})) << "known while the table is away";
         store_.Lock()->down = false;
       },
       [&] { EXPECT_TRUE(registry_.nodes().empty()); }});
}

TEST_F(MembersTest, ARowThatCannotBeSavedStopsNothingElse) {
  store_.Lock()->refused = {"g1", "a"};
  store_.Lock()->rows[{"g2", "old"}] = {{"g2", "old"}, "10.0.0.9:1", 5};
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "b", 100), "10.0.0.2").ok());
  members_.Joined({{"g1", "a"}, "10.0.0.1:1", 6});
  members_.Joined({{"g1", "b"}, "10.0.0.2:23000", 6});
  std::optional<Result<void>> done;
  RunToEnd(Store(members_.Set({"g1", "b"}, Standing::kDraining), done));
  EXPECT_TRUE(done->ok()) << done->error().message();
  Run({[&] {
         EXPECT_TRUE(members_.loaded());
         EXPECT_TRUE(registry_.nodes().contains({"g2", "old"}));
         EXPECT_EQ((store_.Lock()->rows[{"g1", "b"}].standing), Standing::kDraining);
         store_.Lock()->refused = {};
       },
       [&] {
         EXPECT_TRUE(store_.Lock()->rows.contains({"g1", "a"})) << "tried again";
       }});
}

TEST_F(MembersTest, AReadingThatBeganBeforeASaveForgetsNobody) {
  std::optional<Result<void>> read;
  RunToEnd(Store(members_.Load(), read));
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), "10.0.0.1").ok());
  members_.Joined({{"g1", "a"}, "10.0.0.1:23000", 6, 100});
  boost::asio::io_context context;
  // The rows are read; before they arrive the member is saved.
  store_.Lock()->down_after_save = true;
  store_.Lock()->after_load = [&] {
    boost::asio::co_spawn(context, members_.Run(), [](const std::exception_ptr&) {});
    while (store_.Lock()->saves == 0) {}
  };
  boost::asio::co_spawn(context, Store(members_.Load(), read), boost::asio::detached);
  context.run();
  EXPECT_TRUE(read->ok());
  EXPECT_EQ(store_.Lock()->saves, 1);
  EXPECT_TRUE(registry_.nodes().contains({"g1", "a"}));
}

TEST_F(MembersTest, AChangeIsInTheTableAndKnownAtOnce) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), "10.0.0.1").ok());
  members_.Joined({{"g1", "a"}, "10.0.0.1:23000", 6, 100});
  std::optional<Result<void>> done;
  RunToEnd(Store(members_.Set({"g1", "a"}, Standing::kDraining), done));
  ASSERT_TRUE(done->ok()) << done->error().message();
  EXPECT_TRUE(registry_.nodes().at({"g1", "a"}).draining);
  EXPECT_EQ((store_.Lock()->rows[{"g1", "a"}].standing), Standing::kDraining);
  RunToEnd(Store(members_.Set({"g1", "a"}, Standing::kRemoved), done));
  ASSERT_TRUE(done->ok());
  EXPECT_TRUE(registry_.nodes().empty());
  RunToEnd(Store(members_.Set({"g1", "a"}, Standing::kActive), done));
  EXPECT_EQ(done->error().code(), Code::kNotFound);
}

TEST_F(MembersTest, NothingChangesWhileTheTableIsAway) {
  ASSERT_TRUE(registry_.Join(JoinOf("g1", "a", 100), "10.0.0.1").ok());
  store_.Lock()->down = true;
  std::optional<Result<void>> done;
  RunToEnd(Store(members_.Set({"g1", "a"}, Standing::kDraining), done));
  EXPECT_EQ(done->error().code(), Code::kUnavailable);
  EXPECT_FALSE(registry_.nodes().at({"g1", "a"}).draining);
}

}  // namespace
}  // namespace yundisk::tracker
