// The socket under a UdpService.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/asio/ip/udp.hpp>

#include "common/base/result.h"
#include "common/net/loop.h"
#include "common/net/task.h"
#include "storage_core/tracker/udp_service.h"

namespace yundisk::tracker {

// Lives on one loop, which must be stopped before this is destroyed.
class UdpServer {
 public:
  // Look-ups that wait for the database; beyond that packets are dropped.
  static constexpr std::size_t kMaxInFlight = 256;

  // Both are borrowed.
  UdpServer(net::Loop& loop, UdpService& service)
      : loop_(&loop), service_(&service), socket_(loop.context()) {}

  // Before the loop's coroutines of ours run. `listen`: "ip:port"; kUnavailable when it is taken.
  Result<void> Start(const std::string& listen);
  std::uint16_t port() const { return port_; }

 private:
  using Endpoint = boost::asio::ip::udp::endpoint;

  net::Task<void> Receive();
  net::Task<void> Serve(Bytes packet, Endpoint from);

  net::Loop* loop_;
  UdpService* service_;
  boost::asio::ip::udp::socket socket_;
  std::uint16_t port_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace yundisk::tracker
