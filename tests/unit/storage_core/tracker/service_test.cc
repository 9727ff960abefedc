// The tracker's commands over a real server and sockets; only the database is a stand-in.
#include "storage_core/tracker/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/server.h"
#include "common/net/tcp.h"
#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"

namespace yundisk::tracker {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class DeadStores final : public RouteStore, public MemberStore {
 public:
  Result<std::string> Find(const Owner&) override { return Down(); }
  Result<std::string> Keep(const Owner&, std::string_view) override { return Down(); }
  Result<std::vector<Member>> Load() override { return Down(); }
  Result<void> Save(const Member&) override { return Down(); }

 private:
  static Error Down() { return {Code::kUnavailable, "the database is down"}; }
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    CHECK(server_.Start().ok());
    client_.emplace(server_.port());
  }
  ~ServiceTest() override {
    server_.Stop();
    loops_.Stop();
  }

  template <wire::Request M>
  Result<typename M::Reply> Call(const M& request) {
    CHECK(client_->SendRequest(request));
    const auto reply = client_->ReadReply();
    CHECK(reply.has_value());
    EXPECT_EQ(reply->header.command, 100);
    if (reply->failed()) return reply->error();
    return wire::DecodeBody<typename M::Reply>(reply->body);
  }
  Result<wire::Location> Addresses(std::string_view file_id) {
    return Call(
        wire::Addresses{{wire::Text<16>::From("app").value(), wire::Text<256>::From("user").value(),
                         wire::Text<128>::From(file_id).value()}});
  }
  Result<wire::Location> Place(std::uint64_t size_bytes) {
    return Call(wire::Place{wire::Text<16>::From("app").value(),
                            wire::Text<256>::From("user").value(), size_bytes});
  }

  SystemClock clock_;
  SystemRandom random_;
  DeadStores stores_;
  net::LoopTimer timer_;
  net::LoopPool loops_{1};
  net::BlockingPool pool_{1};
  Registry registry_{{}, clock_};
  Members members_{registry_, stores_, pool_, timer_};
  Routes routes_{stores_, pool_};
  Service service_{registry_, members_, routes_, random_};
  net::Server server_{loops_,
                      {"127.0.0.1:0", wire::Service::kTracker, "t1", std::nullopt, {}},
                      service_,
                      clock_,
                      random_};
  std::optional<net::RawClient> client_;
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

}  // namespace
}  // namespace yundisk::tracker
