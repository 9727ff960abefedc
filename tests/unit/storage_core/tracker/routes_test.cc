// Routes and members over stores that fail when told to.
#include "storage_core/tracker/routes.h"

#include <map>
#include <optional>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "storage_core/tracker/members.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

class FakeRouteStore final : public RouteStore {
 public:
  Result<std::string> Find(const Owner& owner) override {
    ++finds;
    if (down) return Error(Code::kUnavailable, "down");
    return rows.contains(owner) ? rows[owner] : std::string();
  }
  Result<std::string> Keep(const Owner& owner, std::string_view group) override {
    if (down) return Error(Code::kUnavailable, "down");
    return rows.try_emplace(owner, faster_tracker.value_or(std::string(group))).first->second;
  }

  bool down = false;
  int finds = 0;
  std::optional<std::string> faster_tracker;
  std::map<Owner, std::string> rows;
};

template <typename T>
net::Task<void> Store(net::Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

// Runs the tasks of a test one by one; an exception of theirs comes out.
void RunToEnd(net::Task<void> task) {
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
  context.run();
  future.get();
}

class RoutesTest : public testing::Test {
 protected:
  Result<std::string> GroupOf(const std::string& user, Result<std::string> choice) {
    std::optional<Result<std::string>> group;
    const Owner owner{"app", user};
    const Routes::Choose choose = [choice] { return choice; };
    RunToEnd(Store(routes_.GroupOf(owner, choose), group));
    return *group;
  }

  FakeRouteStore store_;
  net::BlockingPool pool_{1};
  Routes routes_{store_, pool_};
};

TEST_F(RoutesTest, TheFirstChoiceIsKept) {
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g1");
  EXPECT_EQ(*GroupOf("u", std::string("g2")), "g1");
  EXPECT_EQ(*GroupOf("v", std::string("g2")), "g2");
}

TEST_F(RoutesTest, TheStoredOneIsTaken) {
  store_.rows[{"app", "u"}] = "g7";
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g7");
}

TEST_F(RoutesTest, AFasterTrackerWins) {
  store_.faster_tracker = "g9";
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g9");
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g9");
}

TEST_F(RoutesTest, KnownOwnersAreFoundWhileTheStoreIsDown) {
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g1");
  EXPECT_EQ(store_.finds, 1);
  store_.down = true;
  EXPECT_EQ(*GroupOf("u", std::string("g2")), "g1");
  EXPECT_EQ(store_.finds, 1);
  const auto unknown = GroupOf("v", std::string("g1"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), Code::kUnavailable);
}

TEST_F(RoutesTest, NoChoiceIsRememberedNowhere) {
  EXPECT_EQ(GroupOf("u", Error(Code::kUnavailable, "nobody")).error().code(), Code::kUnavailable);
  EXPECT_TRUE(store_.rows.empty());
  EXPECT_EQ(*GroupOf("u", std::string("g1")), "g1");
}

class FakeMemberStore final : public MemberStore {
 public:
  Result<std::vector<Member>> Load() override {
    ++loads;
    if (down) return Error(Code::kUnavailable, "down");
    return known;
  }
  Result<void> Save(const Member& member) override {
    if (down) return Error(Code::kUnavailable, "down");
    saved.push_back(member);
    return {};
  }

  bool down = false;
  int loads = 0;
  std::vector<Member> known;
  std::vector<Member> saved;
};

// Each sleep runs the next step of the test; after the last one Run is ended.
class ScriptedTimer final : public net::Timer {
 public:
  struct End {};
  net::Task<void> Sleep(std::chrono::nanoseconds) override {
    if (next == steps.size()) throw End();
    steps[next++]();
    co_return;
  }
  std::vector<std::function<void()>> steps;
  std::size_t next = 0;
};

TEST(Members, AreLoadedAndSavedOnceTheStoreIsThere) {
  FakeClock clock;
  Registry registry({}, clock);
  FakeMemberStore store;
  store.known = {{{"g1", "old"}, "10.0.0.9:1", 5}};
  store.down = true;
  net::BlockingPool pool(1);
  ScriptedTimer timer;
  Members members(registry, store, pool, timer);
  timer.steps = {[&] {
                   members.Joined({{"g1", "new"}, "10.0.0.1:1", 6});
                 },
                 [&] { EXPECT_TRUE(registry.nodes().empty()); },
                 [&] { store.down = false; },
                 [&] {
                   EXPECT_EQ(registry.nodes().size(), 1U);
                   EXPECT_EQ(store.saved.size(), 1U);
                   members.Joined({{"g1", "new"}, "10.0.0.2:1", 6});
                 },
                 [&] { EXPECT_EQ(store.saved.size(), 2U); },
                 [&] { EXPECT_EQ(store.saved.size(), 2U); }};
  EXPECT_THROW(RunToEnd(members.Run()), ScriptedTimer::End);
  EXPECT_EQ(timer.next, timer.steps.size());
  EXPECT_EQ(store.loads, 4);
  EXPECT_EQ(store.saved.back().address, "10.0.0.2:1");
}

}  // namespace
}  // namespace yundisk::tracker
