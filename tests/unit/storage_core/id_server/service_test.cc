#include "storage_core/id_server/service.h"

#include <gtest/gtest.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/server.h"
#include "storage_core/client/connection.h"

namespace yundisk::id_server {
namespace {

class MemoryStore final : public BlockStore {
 public:
  Result<Block> Reserve(std::string_view key, std::uint32_t count) override {
    if (key == "broken") return Error(Code::kUnavailable, "reserving: the database is away");
    const Block block{next_, next_ + count};
    next_ += count;
    return block;
  }

 private:
  std::uint64_t next_ = 1;
};

// The service on a real server, asked by the real client.
class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    auto opened = client::Connection::Open("127.0.0.1:" + std::to_string(server_.port()),
                                           wire::Service::kIdServer, std::nullopt,
                                           {std::chrono::seconds(5), std::chrono::seconds(5)});
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    connection_ = *std::move(opened);
  }

  Result<std::uint64_t> Draw(std::string_view key) {
    TRY(const auto id, connection_->Call(wire::GetId{*wire::TailText<64>::From(key)}));
    return id.id;
  }

  MemoryStore store_;
  net::BlockingPool pool_{2};
  Allocator allocator_{store_,
                       [this](std::function<void()> work) { pool_.Post(std::move(work)); },
                       {.block_size = 5, .max_keys = 10}};
  Service service_{allocator_, pool_};
  SystemClock clock_;
  SystemRandom random_;
  net::LoopPool loops_{1};
  net::Server server_{loops_,
                      {"127.0.0.1:0", wire::Service::kIdServer, "id1", std::nullopt, {}},
                      service_,
                      clock_,
                      random_};
  std::unique_ptr<client::Connection> connection_;
};

TEST_F(ServiceTest, DrawsIdsThatIncrease) {
  std::uint64_t last = 0;
  for (int i = 0; i < 100; ++i) {
    const auto id = Draw("a rather long key, so that it does not fit into a small string");
    ASSERT_TRUE(id.ok()) << id.error().message();
    EXPECT_GT(*id, last);
    last = *id;
  }
}

TEST_F(ServiceTest, DrawsManyAtOnce) {
  const auto ids = connection_->Call(wire::GetIds{3, *wire::TailText<64>::From("k")});
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(ids->count, 3U);
  const auto more = connection_->Call(wire::GetIds{100, *wire::TailText<64>::From("k")});
  ASSERT_TRUE(more.ok());
  EXPECT_EQ(more->first_id, ids->first_id + 3);
  EXPECT_GE(more->count, 1U);
}

TEST_F(ServiceTest, RefusesCountsOutOfRangeAndStaysOpen) {
  for (const std::uint32_t count : {0U, wire::kMaxIdsAtOnce + 1, ~0U}) {
    const auto ids = connection_->Call(wire::GetIds{count, *wire::TailText<64>::From("k")});
    ASSERT_FALSE(ids.ok());
    EXPECT_EQ(ids.error().code(), Code::kBadRequest);
  }
  EXPECT_TRUE(Draw("k").ok());
}

TEST_F(ServiceTest, SaysWhyThereIsNoId) {
  const auto id = Draw("broken");
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().code(), Code::kUnavailable);
  EXPECT_NE(id.error().message().find("[id1]"), std::string::npos);
  EXPECT_NE(id.error().message().find("the database is away"), std::string::npos);
}

}  // namespace
}  // namespace yundisk::id_server
