// A tracker's service behind a real server and sockets; only the database is a stand-in.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "common/net/server.h"
#include "common/net/tcp.h"
#include "storage_core/tracker/service.h"
#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/storage_core/tracker/fake_clock.h"
#include "tests/unit/storage_core/tracker/fake_stores.h"

namespace yundisk::tracker {

class ServiceFixture : public testing::Test {
 protected:
  ServiceFixture() {
    CHECK(server_.Start().ok());
    client_.emplace(server_.port());
  }
  // Not later: what a test has beside this may run on the loop.
  void TearDown() override {
    loops_.at(0).Post([this] { watches_.Close(); });
    server_.Stop();
    loops_.Stop();
  }

  // Whether it becomes true in time.
  static bool Eventually(const std::function<bool()>& ready) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!ready())
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  }
  // Reads the table of members, now and again.
  void StartMembers() { loops_.at(0).Spawn(members_.Run()); }

  template <wire::Request M>
  static Result<typename M::Reply> Receive(net::RawClient& client) {
    const auto reply = client.ReadReply();
    CHECK(reply.has_value());
    EXPECT_EQ(reply->header.command, 100);
    if (reply->failed()) return reply->error();
    return wire::DecodeBody<typename M::Reply>(reply->body);
  }
  template <wire::Request M>
  Result<typename M::Reply> Call(const M& request) {
    CHECK(client_->SendRequest(request));
    return Receive<M>(*client_);
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
  static wire::Watch WatchOf(std::uint64_t known, std::string_view group) {
    return {known, wire::OptionalTextZ<16>::From(group).value()};
  }
  // Once the table of members has been read.
  Result<wire::Watched> Watch(std::uint64_t known, std::string_view group) {
    Result<wire::Watched> watched = Error(Code::kUnavailable, "not asked");
    EXPECT_TRUE(Eventually([&] {
      watched = Call(WatchOf(known, group));
      return watched.ok() || watched.error().code() != Code::kUnavailable;
    }));
    return watched;
  }
  // Makes the storage ACTIVE.
  void Activate(std::string_view group, std::string_view host, std::uint16_t port = 23000) {
    ASSERT_TRUE(Call(JoinOf(group, host, 100, port)).ok());
    ASSERT_TRUE(Call(BeatOf(group, host, 1000)).ok());
  }

  SystemClock clock_;
  SystemRandom random_;
  DeadRouteStore route_store_;
  FakeMemberStore member_store_;
  net::LoopTimer timer_;
  net::LoopPool loops_{1};
  net::BlockingPool pool_{1};
  Registry registry_{{}, clock_};
  Members members_{registry_, member_store_, pool_, timer_};
  Routes routes_{route_store_, pool_};
  Watches watches_{registry_, clock_};
  net::TcpDialer dialer_{loops_.at(0)};
  const Hints::Parts hint_parts_{registry_, dialer_, clock_, random_, [this](net::Task<void> task) {
                                   loops_.at(0).Spawn(std::move(task));
                                 }};
  FakeDirectoryStore directory_store_;
  Directory directory_{directory_store_, pool_, timer_};
  Choice choice_{{}, registry_, directory_};
  Outages outages_{{}, registry_, clock_};
  Hints hints_{hint_parts_, {}, std::nullopt};
  Service service_{
      {registry_, members_, routes_, watches_, choice_, directory_, outages_, hints_, random_}};
  net::Server server_{loops_,
                      {"127.0.0.1:0", wire::Service::kTracker, "t1", std::nullopt, {}},
                      service_,
                      clock_,
                      random_};
  std::optional<net::RawClient> client_;
};

}  // namespace yundisk::tracker
