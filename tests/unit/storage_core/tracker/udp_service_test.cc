// The UDP port from packets to answers, and over a real socket with the client's class.
#include "storage_core/tracker/udp_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "storage_core/client/udp_lookup.h"
#include "storage_core/tracker/udp_server.h"
#include "tests/unit/storage_core/tracker/run_to_end.h"
#include "tests/unit/storage_core/tracker/service_fixture.h"

namespace yundisk::tracker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

wire::ObjectKey KeyOf(std::string_view file_id) {
  return {wire::Text<16>::From("app").value(), wire::Text<256>::From("user").value(),
          wire::Text<128>::From(file_id).value()};
}

wire::Report ReportOf(std::uint16_t calls) {
  return {wire::TextZ<16>::From("g1").value(), wire::TextZ<64>::From("127.0.0.1:23000").value(),
          static_cast<std::uint8_t>(wire::CallOutcome::kFailed), calls, 0};
}

class UdpTest : public ServiceFixture {
 protected:
  UdpTest() { CHECK(udp_server_.Start("127.0.0.1:0").ok()); }

  wire::UdpHeader HeaderOf(wire::UdpKind kind) {
    wire::UdpHeader header;
    header.kind = static_cast<std::uint8_t>(kind);
    header.number = 7;
    header.time_ms = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
    random_.Fill(header.nonce);
    return header;
  }
  Bytes LookUp(std::string_view file_id, std::size_t pad_to) {
    return wire::SealPacket(HeaderOf(wire::UdpKind::kLookUp), wire::EncodeAlone(KeyOf(file_id)),
                            secret_, pad_to);
  }
  Bytes Answer(const Bytes& packet) { return OnLoop(udp_service_.Answer(packet, "10.0.0.9")); }
  template <typename T>
  T OnLoop(net::Task<T> task) {
    return boost::asio::co_spawn(loops_.at(0).context(), std::move(task), boost::asio::use_future)
        .get();
  }
  void AddServices(int count) {
    for (int i = 0; i < count; ++i)
      directory_store_.Lock()->tables.services.push_back(
          {1, "id", "10.0.0." + std::to_string(i) + ":22000", 3});
    std::optional<Result<void>> loaded;
    OnLoop(Store(directory_.Load(), loaded));
    ASSERT_TRUE(loaded->ok());
  }
  client::UdpLookup Client(std::optional<wire::Secret> secret) {
    client::UdpOptions options;
    options.trackers = {"127.0.0.1:1", "127.0.0.1:" + std::to_string(udp_server_.port())};
    options.secret = secret;
    options.timeout = std::chrono::milliseconds(2000);
    return client::UdpLookup(options);
  }

  const std::optional<wire::Secret> secret_ = wire::Secret{std::byte{7}};
  UdpService udp_service_{service_, directory_, clock_, "t1", secret_};
  UdpServer udp_server_{loops_.at(0), udp_service_};
};

TEST_F(UdpTest, ALookUpTellsStoragesAndServices) {
  Activate("g1", "a");
  AddServices(2);
  const Bytes request = LookUp("g1/1", wire::kMaxPacketBytes);
  const Bytes bytes = Answer(request);
  const auto packet = wire::OpenPacket(bytes, secret_);
  ASSERT_TRUE(packet.ok());
  EXPECT_EQ(packet->header.number, 7U);
  EXPECT_EQ(packet->header.status, 0U);
  const auto answer = wire::DecodeBody<wire::UdpAnswer>(packet->body);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->group.view(), "g1");
  EXPECT_EQ(answer->addresses.view(), "127.0.0.1:23000;");
  EXPECT_EQ(answer->lines.text,
            "service\t1\tid\t10.0.0.0:22000\t3\nservice\t1\tid\t10.0.0.1:22000\t3\n");
}

TEST_F(UdpTest, NoAnswerIsLongerThanItsRequest) {
  Activate("g1", "a");
  AddServices(200);
  const std::string long_id = std::string(100, 'x');
  for (const std::string& id : {std::string("g1/1"), std::string("gone/1"), long_id})
    for (std::size_t size = 0; size <= wire::kMaxPacketBytes; size += 7) {
      const Bytes request = LookUp(id, size);
      const Bytes answer = Answer(request);
      EXPECT_FALSE(answer.empty());
      EXPECT_LE(answer.size(), request.size());
      EXPECT_TRUE(wire::OpenPacket(answer, secret_).ok());
    }
}

TEST_F(UdpTest, AFailureSaysWhy) {
  const auto packet = Answer(LookUp("gone/1", 0));
  const auto opened = wire::OpenPacket(packet, secret_);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->header.status, Info(Code::kUnavailable).wire_number);
  EXPECT_EQ(wire::DecodeBody<wire::UdpAnswer>(opened->body)->lines.text,
            "[t1] addresses of group gone: no storage of it is active");
}

TEST_F(UdpTest, WhatIsNotProvenTimelyOrALookUpGetsNoAnswer) {
  Activate("g1", "a");
  const Bytes good = LookUp("g1/1", 0);
  EXPECT_FALSE(Answer(good).empty());
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes forged = good;
    forged[i] ^= std::byte{1};
    EXPECT_TRUE(Answer(forged).empty()) << i;
  }
  EXPECT_TRUE(Answer({}).empty());
  EXPECT_TRUE(Answer(Bytes(wire::kMaxPacketBytes + 1)).empty());
  auto late = HeaderOf(wire::UdpKind::kLookUp);
  late.time_ms -= wire::kUdpClockSkewMs + 1000;
  EXPECT_TRUE(Answer(wire::SealPacket(late, wire::EncodeAlone(KeyOf("g1/1")), secret_)).empty());
  const auto header = HeaderOf(wire::UdpKind::kLookUp);
  EXPECT_TRUE(Answer(wire::SealPacket(header, AsBytes("short"), secret_)).empty());
  const auto answer = HeaderOf(wire::UdpKind::kAnswer);
  EXPECT_TRUE(Answer(wire::SealPacket(answer, wire::EncodeAlone(KeyOf("g1/1")), secret_)).empty())
      << "an answer to an answer would go round for ever";
}

TEST_F(UdpTest, AReportCountsOnce) {
  Activate("g1", "a");
  Activate("g1", "b", 23001);
  const auto header = HeaderOf(wire::UdpKind::kReport);
  const Bytes report = wire::SealPacket(header, wire::EncodeAlone(ReportOf(4)), secret_);
  EXPECT_TRUE(Answer(report).empty());
  EXPECT_TRUE(Answer(report).empty()) << "a recording";
  EXPECT_THAT(Call(wire::GroupList{})->lines.text, testing::Not(HasSubstr("\tout\t")));
  const auto another = HeaderOf(wire::UdpKind::kReport);
  Answer(wire::SealPacket(another, wire::EncodeAlone(ReportOf(1)), secret_));
  EXPECT_THAT(Call(wire::GroupList{})->lines.text, HasSubstr("\tout\t"));
}

TEST_F(UdpTest, TheClientFindsItsWay) {
  Activate("g1", "a");
  AddServices(1);
  auto client = Client(secret_);
  const auto route = client.Find(KeyOf("g1/1"));
  ASSERT_TRUE(route.ok()) << route.error().message();
  EXPECT_EQ(route->group, "g1");
  EXPECT_THAT(route->addresses, ElementsAre("127.0.0.1:23000"));
  EXPECT_THAT(route->services, ElementsAre(client::ServiceHost{1, "id", "10.0.0.0:22000", 3}));
  const auto gone = client.Find(KeyOf("gone/1"));
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code(), Code::kUnavailable);
}

TEST_F(UdpTest, TheClientsReportArrives) {
  Activate("g1", "a");
  Activate("g1", "b", 23001);
  Client(secret_).Report(ReportOf(5));
  EXPECT_TRUE(Eventually(
      [&] { return Call(wire::GroupList{})->lines.text.find("\tout\t") != std::string::npos; }));
}

}  // namespace
}  // namespace yundisk::tracker
