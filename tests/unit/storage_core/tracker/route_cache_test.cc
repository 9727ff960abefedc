// Routes remembered in a real Redis.
#include "storage_core/tracker/route_cache.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/support/private_redis.h"

namespace yundisk::tracker {
namespace {

class CountingStore final : public RouteStore {
 public:
  Result<std::string> Find(const Owner& owner) override {
    ++finds;
    return rows.contains(owner) ? rows[owner] : std::string();
  }
  Result<std::string> Keep(const Owner& owner, std::string_view group) override {
    return rows.try_emplace(owner, group).first->second;
  }
  int finds = 0;
  std::map<Owner, std::string> rows;
};

class RouteCacheTest : public testing::Test {
 protected:
  test::PrivateRedis redis_;
  redis::Client client_{redis_.options()};
  CountingStore truth_;
  CachedRouteStore store_{truth_, client_, std::chrono::seconds(60)};
  const Owner owner_{"app", "\u4e91\u76d8"};
};

TEST_F(RouteCacheTest, ARouteIsAskedOfTheTruthOnce) {
  EXPECT_EQ(*store_.Find(owner_), "");
  EXPECT_EQ(*store_.Find(owner_), "") << "that there is none is not remembered";
  EXPECT_EQ(truth_.finds, 2);
  EXPECT_EQ(*store_.Keep(owner_, "g1"), "g1");
  EXPECT_EQ(*store_.Keep(owner_, "g2"), "g1");
  EXPECT_EQ(*store_.Find(owner_), "g1");
  EXPECT_EQ(truth_.finds, 2);
  EXPECT_EQ(*store_.Find({"app\nx", "y"}), "");
  const auto life = client_.Run({"TTL", "route:app\n" + owner_.user});
  ASSERT_TRUE(life.ok());
  EXPECT_GT(life->integer().value_or(0), 0);
  EXPECT_LE(life->integer().value_or(0), 60);
}

TEST_F(RouteCacheTest, NonsenseInRedisIsNotBelieved) {
  truth_.rows[owner_] = "g1";
  ASSERT_TRUE(client_.Run({"SET", "route:app\n" + owner_.user, "much too long for a group"}).ok());
  EXPECT_EQ(*store_.Find(owner_), "g1");
}

TEST_F(RouteCacheTest, WithoutRedisTheTruthIsAsked) {
  truth_.rows[owner_] = "g1";
  redis_.Kill();
  EXPECT_EQ(*store_.Find(owner_), "g1");
  EXPECT_EQ(*store_.Keep(owner_, "g2"), "g1");
}

}  // namespace
}  // namespace yundisk::tracker
