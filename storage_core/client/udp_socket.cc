#include "storage_core/client/udp_socket.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "common/protocol/address.h"
#include "common/protocol/udp.h"

namespace yundisk::client {
namespace {

Error Unavailable(std::string_view what, int error_number) {
  return Error::Make(Code::kUnavailable, "{}: {}", what,
                     std::generic_category().message(error_number));
}

}  // namespace

Result<UdpSocket> UdpSocket::Connect(const std::string& address) {
  TRY(const wire::HostPort parsed, wire::ParseHostPort(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed =
      ::getaddrinfo(parsed.host.c_str(), std::to_string(parsed.port).c_str(), &hints, &list);
  if (failed != 0)
    return Error::Make(Code::kUnavailable, "resolving {}: {}", address, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(list, ::freeaddrinfo);
  UdpSocket socket(::socket(found->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.descriptor_ < 0) return Unavailable("making a socket", errno);
  if (::connect(socket.descriptor_, found->ai_addr, found->ai_addrlen) != 0)
    return Unavailable("connecting to " + address, errno);
  return socket;
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> UdpSocket::Send(ByteView packet) const {
  if (::send(descriptor_, packet.data(), packet.size(), MSG_NOSIGNAL) < 0)
    return Unavailable("sending", errno);
  return {};
}

Result<Bytes> UdpSocket::Receive(std::chrono::nanoseconds timeout) const {
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  pollfd waiting{descriptor_, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(wait, 0)));
  if (ready == 0) return Error(Code::kUnavailable, "receiving: no answer in time");
  if (ready < 0 && errno != EINTR) return Unavailable("receiving", errno);
  Bytes packet(wire::kMaxPacketBytes + 1);
  const ssize_t size = ::recv(descriptor_, packet.data(), packet.size(), 0);
  if (size < 0) return Unavailable("receiving", errno);
  packet.resize(static_cast<std::size_t>(size));
  return packet;
}

}  // namespace yundisk::client
