// A tracker's UDP port that writes down the reports it gets.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/base/check.h"
#include "common/protocol/udp.h"

namespace yundisk::client {

// What a tracker's port has received.
class ReportPort {
 public:
  // 0: any free one.
  explicit ReportPort(std::uint16_t port = 0)
      : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(descriptor_, generic, size) == 0);
    CHECK(::getsockname(descriptor_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~ReportPort() { ::close(descriptor_); }
  ReportPort(const ReportPort&) = delete;
  ReportPort& operator=(const ReportPort&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // "OUTCOME x CALLS" of each packet that has come; on loopback it is there once it is sent.
  std::vector<std::string> Take(const std::optional<wire::Secret>& secret) {
    std::vector<std::string> reports;
    Bytes bytes(wire::kMaxPacketBytes);
    while (true) {
      const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (size < 0) return reports;
      const auto packet =
          wire::OpenPacket(ByteView(bytes).first(static_cast<std::size_t>(size)), secret);
      const auto report = wire::DecodePadded<wire::Report>(packet->body);
      EXPECT_EQ(report->group.view(), "g1");
      reports.push_back(fmt::format("{} x {}", report->outcome, report->calls));
    }
  }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
};

}  // namespace yundisk::client
