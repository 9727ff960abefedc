#include "storage_core/cli/udp_route.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/guarded.h"
#include "common/protocol/udp.h"
#include "tests/unit/storage_core/client/fake_daemon.h"

namespace yundisk::cli {
namespace {

using client::FakeDaemon;
using client::ReceivedRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using wire::Service;

// A tracker's UDP port: answers every look-up alike, and writes down the reports.
class UdpTracker {
 public:
  explicit UdpTracker(wire::UdpAnswer answer)
      : answer_(std::move(answer)), descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(descriptor_, generic, size) == 0);
    CHECK(::getsockname(descriptor_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~UdpTracker() {
    Stop();
    ::close(descriptor_);
  }
  UdpTracker(const UdpTracker&) = delete;
  UdpTracker& operator=(const UdpTracker&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // "ADDRESS OUTCOME x CALLS"; no more are taken.
  std::vector<std::string> Reports() {
    Stop();
    return *reports_.Lock();
  }

 private:
  void Stop() {
    if (!thread_.joinable()) return;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // An empty packet ends it, behind those that have come.
    ::sendto(descriptor_, nullptr, 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    thread_.join();
  }
  void Serve() {
    Bytes bytes(wire::kMaxPacketBytes);
    sockaddr_storage from{};
    while (true) {
      socklen_t size = sizeof from;
      auto* generic = reinterpret_cast<sockaddr*>(&from);
      const ssize_t got = ::recvfrom(descriptor_, bytes.data(), bytes.size(), 0, generic, &size);
      if (got <= 0) return;
      const auto packet =
          wire::OpenPacket(ByteView(bytes).first(static_cast<std::size_t>(got)), std::nullopt);
      ASSERT_TRUE(packet.ok());
      if (packet->header.kind == static_cast<std::uint8_t>(wire::UdpKind::kReport)) {
        const auto report = wire::DecodePadded<wire::Report>(packet->body);
        reports_.Lock()->push_back(
            fmt::format("{} {} x {}", report->address.view(), report->outcome, report->calls));
        continue;
      }
      wire::UdpHeader header = packet->header;
      header.kind = static_cast<std::uint8_t>(wire::UdpKind::kAnswer);
      const Bytes reply = wire::SealPacket(header, wire::EncodeAlone(answer_), std::nullopt);
      ::sendto(descriptor_, reply.data(), reply.size(), 0, generic, size);
    }
  }

  const wire::UdpAnswer answer_;
  int descriptor_;
  std::uint16_t port_ = 0;
  Guarded<std::vector<std::string>> reports_;
  std::thread thread_;
};

wire::UdpAnswer AnswerWith(const std::string& storage) {
  return {wire::OptionalTextZ<16>::Unchecked("g1"),
          wire::OptionalTextZ<wire::kAddressesBytes>::Unchecked(storage + ";"),
          {"service\t2\tid_server\t10.0.0.1:22000\t3\nservice\t9\tlive\t10.0.0.2:80\t1\n"}};
}

class UdpRouteTest : public testing::Test {
 protected:
  Result<void> Route(bool report, bool json) {
    client::Options options;
    options.trackers = {tracker_.address()};
    return RouteOverUdp(options, {"a", "u", "g1/1"}, report, {out_, json});
  }

  FakeDaemon storage_{[this](const ReceivedRequest&) {
    if (storage_fails_) return client::Hangup();
    return client::Refusal(Service::kStorage, Code::kNotFound, "a refusal is an answer");
  }};
  std::atomic<bool> storage_fails_ = false;
  UdpTracker tracker_{AnswerWith(storage_.address())};
  std::ostringstream out_;
};

TEST_F(UdpRouteTest, OneAnswerHasStoragesAndOtherServices) {
  ASSERT_TRUE(Route(false, false).ok());
  EXPECT_THAT(out_.str(), HasSubstr("group g1\n"));
  EXPECT_THAT(out_.str(), HasSubstr("storage    -       " + storage_.address()));
  EXPECT_THAT(out_.str(), HasSubstr("id_server  2       10.0.0.1:22000"));
  EXPECT_THAT(out_.str(), HasSubstr("live       9       10.0.0.2:80"));
  EXPECT_THAT(tracker_.Reports(), ElementsAre());
}

TEST_F(UdpRouteTest, AsJson) {
  ASSERT_TRUE(Route(true, true).ok());
  EXPECT_THAT(out_.str(), HasSubstr("\"storages\":[\"" + storage_.address() + "\"]"));
  EXPECT_THAT(out_.str(),
              HasSubstr(R"({"address":"10.0.0.2:80","name":"live","number":9,"weight":1})"));
  EXPECT_THAT(out_.str(), HasSubstr(R"("outcome":"ok")"));
}

TEST_F(UdpRouteTest, HowTheCallEndedIsReported) {
  ASSERT_TRUE(Route(true, false).ok());
  storage_fails_ = true;
  const auto failed = Route(true, false);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code(), Code::kUnavailable);
  EXPECT_THAT(out_.str(), HasSubstr("ended failed"));
  EXPECT_THAT(tracker_.Reports(),
              ElementsAre(storage_.address() + " 0 x 1", storage_.address() + " 1 x 1"));
}

}  // namespace
}  // namespace yundisk::cli
