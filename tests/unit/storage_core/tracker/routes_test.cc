// Routes over a store that fails when told to.
#include "storage_core/tracker/routes.h"

#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/storage_core/tracker/run_to_end.h"

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

}  // namespace
}  // namespace yundisk::tracker
