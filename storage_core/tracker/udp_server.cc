#include "storage_core/tracker/udp_server.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/protocol/address.h"

namespace yundisk::tracker {
namespace {

using boost::asio::ip::udp;

constexpr auto kResume = boost::asio::as_tuple(boost::asio::use_awaitable);

// An IPv4 peer of a socket that serves both families is written as what it is.
std::string IpOf(const udp::endpoint& endpoint) {
  namespace ip = boost::asio::ip;
  const ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

Result<void> UdpServer::Start(const std::string& listen) {
  TRY(const wire::HostPort address, wire::ParseHostPort(listen));
  boost::system::error_code error;
  const std::string number = address.host == "localhost" ? "127.0.0.1" : address.host;
  const auto ip = boost::asio::ip::make_address(number, error);
  const udp::endpoint endpoint(ip, address.port);
  if (!error) socket_.open(endpoint.protocol(), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) socket_.bind(endpoint, error);
  if (error) return Error::Make(Code::kUnavailable, "listen {} (UDP): {}", listen, error.message());
  port_ = socket_.local_endpoint(error).port();
  loop_->Spawn(Receive());
  return {};
}

net::Task<void> UdpServer::Receive() {
  while (true) {
    Bytes packet(wire::kMaxPacketBytes + 1);  // one more, so that a longer one is seen to be
    Endpoint from;
    const auto [error, size] = co_await socket_.async_receive_from(
        boost::asio::buffer(packet.data(), packet.size()), from, kResume);
    if (error == boost::asio::error::operation_aborted) co_return;
    // Others are about a packet that we sent: its peer does not listen any more.
    if (error || in_flight_ >= kMaxInFlight) continue;
    packet.resize(size);
    ++in_flight_;
    loop_->Spawn(Serve(std::move(packet), from));
  }
}

net::Task<void> UdpServer::Serve(Bytes packet, Endpoint from) {
  const std::string client = IpOf(from);
  const Bytes answer = co_await service_->Answer(packet, client);
  --in_flight_;
  // A full send buffer drops the answer, as the network might.
  boost::system::error_code ignored;
  if (!answer.empty())
    socket_.send_to(boost::asio::buffer(answer.data(), answer.size()), from, 0, ignored);
}

}  // namespace yundisk::tracker
