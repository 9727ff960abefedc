#include "storage_core/client/network.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "common/base/check.h"
#include "common/protocol/address.h"
#include "common/protocol/udp.h"

namespace yundisk::client {
namespace {

constexpr std::chrono::milliseconds kCutAfter{10'000};
constexpr int kProbeAfterS = 4;
constexpr int kProbeEveryS = 2;

Error Unavailable(std::string_view what, int error_number) {
  return Error::Make(Code::kUnavailable, "{}: {}", what,
                     std::generic_category().message(error_number));
}

// The events that came, never 0.
Result<short> WaitFor(int descriptor, short events, std::chrono::milliseconds timeout,
                      std::string_view what) {
  pollfd waiting{descriptor, events, 0};
  for (;;) {
    const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
    if (ready > 0) return waiting.revents;
    if (ready == 0)
      return Error::Make(Code::kUnavailable, "{}: no answer within {} ms", what, timeout.count());
    if (errno != EINTR) return Unavailable(what, errno);
  }
}

void SetOption(int descriptor, int level, int option, int value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// The answer to an upload may take long, but a peer that is cut off shall not be waited for: it
// acknowledges neither what was sent to it nor, while it owes an answer, the kernel's probes.
void NoticeCuts(int descriptor) {
  SetOption(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(kCutAfter.count()));
  SetOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterS);
  SetOption(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, kProbeEveryS);
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Result<std::unique_ptr<addrinfo, FreeAddresses>> Resolve(const std::string& address, int type) {
  TRY(const wire::HostPort parsed, wire::ParseHostPort(address));
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed =
      ::getaddrinfo(parsed.host.c_str(), std::to_string(parsed.port).c_str(), &hints, &list);
  if (failed != 0)
    return Error::Make(Code::kUnavailable, "resolving {}: {}", address, ::gai_strerror(failed));
  return std::unique_ptr<addrinfo, FreeAddresses>(list);
}

Result<void> FinishConnect(int descriptor, const std::string& address,
                           std::chrono::milliseconds timeout) {
  const std::string what = fmt::format("connecting to {}", address);
  TRY_VOID(WaitFor(descriptor, POLLOUT, timeout, what));
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return Unavailable(what, problem);
  SetOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  NoticeCuts(descriptor);
  return {};
}

// Takes what was sent off the front of the parts.
std::span<iovec> Advance(std::span<iovec> parts, std::size_t sent) {
  while (!parts.empty() && sent >= parts.front().iov_len) {
    sent -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (!parts.empty()) {
    parts.front().iov_base = static_cast<std::byte*>(parts.front().iov_base) + sent;
    parts.front().iov_len -= sent;
  }
  return parts;
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  const int number_;
};

class TcpSocket final : public Socket {
 public:
  explicit TcpSocket(int descriptor) : descriptor_(descriptor) {}

  Result<Sent> Send(std::span<const ByteView> parts, std::chrono::milliseconds timeout) override {
    CHECK(parts.size() <= kMaxParts);
    std::array<iovec, kMaxParts> vectors;
    // sendmsg only reads what the parts point to.
    std::ranges::transform(parts, vectors.begin(), [](ByteView part) {
      return iovec{const_cast<std::byte*>(part.data()), part.size()};
    });
    return SendAll(std::span(vectors).first(parts.size()), timeout);
  }

  Result<std::size_t> ReceiveSome(MutableByteView buffer,
                                  std::chrono::milliseconds timeout) override {
    for (;;) {
      const ssize_t count = ::recv(descriptor_.number(), buffer.data(), buffer.size(), 0);
      if (count > 0) return static_cast<std::size_t>(count);
      if (count == 0) return Error(Code::kUnavailable, "receiving: the connection was closed");
      if (errno == EAGAIN || errno == EWOULDBLOCK)
        TRY_VOID(WaitFor(descriptor_.number(), POLLIN, timeout, "receiving"));
      else if (errno != EINTR)
        return Unavailable("receiving", errno);
    }
  }

  bool IsQuiet() const override {
    pollfd waiting{descriptor_.number(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

 private:
  Result<Sent> SendAll(std::span<iovec> parts, std::chrono::milliseconds timeout) {
    parts = Advance(parts, 0);
    while (!parts.empty()) {
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      const ssize_t sent = ::sendmsg(descriptor_.number(), &message, MSG_NOSIGNAL);
      if (sent >= 0) {
        parts = Advance(parts, static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        TRY(const short events,
            WaitFor(descriptor_.number(), POLLIN | POLLOUT, timeout, "sending"));
        if ((events & POLLIN) != 0) return Sent::kInterrupted;
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return Sent::kInterrupted;  // a reply may still wait to be read
      } else if (errno != EINTR) {
        return Unavailable("sending", errno);
      }
    }
    return Sent::kAll;
  }

  const Descriptor descriptor_;
};

class RealUdpSocket final : public UdpSocket {
 public:
  explicit RealUdpSocket(int descriptor) : descriptor_(descriptor) {}

  Result<void> Send(ByteView packet) override {
    if (::send(descriptor_.number(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0)
      return Unavailable("sending", errno);
    return {};
  }

  Result<Bytes> Receive(std::chrono::nanoseconds timeout) override {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    pollfd waiting{descriptor_.number(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(wait, 0)));
    if (ready == 0) return Error(Code::kUnavailable, "receiving: no answer in time");
    if (ready < 0 && errno != EINTR) return Unavailable("receiving", errno);
    Bytes packet(wire::kMaxPacketBytes + 1);
    const ssize_t size = ::recv(descriptor_.number(), packet.data(), packet.size(), 0);
    if (size < 0) return Unavailable("receiving", errno);
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  const Descriptor descriptor_;
};

class SystemNetwork final : public Network {
 public:
  Result<std::unique_ptr<Socket>> Connect(const std::string& address,
                                          std::chrono::milliseconds timeout) override {
    TRY(const auto candidates, Resolve(address, SOCK_STREAM));
    Error last(Code::kUnavailable, fmt::format("connecting to {}: no address", address));
    for (const addrinfo* to = candidates.get(); to != nullptr; to = to->ai_next) {
      const int descriptor =
          ::socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
      if (descriptor < 0) return Unavailable("making a socket", errno);
      auto socket = std::make_unique<TcpSocket>(descriptor);
      if (::connect(descriptor, to->ai_addr, to->ai_addrlen) != 0 && errno != EINPROGRESS) {
        last = Unavailable(fmt::format("connecting to {}", address), errno);
        continue;
      }
      auto connected = FinishConnect(descriptor, address, timeout);
      if (connected) return std::unique_ptr<Socket>(std::move(socket));
      last = connected.error();
    }
    return last;
  }

  Result<std::unique_ptr<UdpSocket>> ConnectUdp(const std::string& address) override {
    TRY(const auto found, Resolve(address, SOCK_DGRAM));
    const int descriptor = ::socket(found->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return Unavailable("making a socket", errno);
    auto socket = std::make_unique<RealUdpSocket>(descriptor);
    if (::connect(descriptor, found->ai_addr, found->ai_addrlen) != 0)
      return Unavailable("connecting to " + address, errno);
    return std::unique_ptr<UdpSocket>(std::move(socket));
  }
};

}  // namespace

// None of them has any state.
Environment SystemEnvironment() {
  static SystemNetwork network;
  static const SystemClock clock;
  static SystemRandom random;
  return {network, clock, random};
}

}  // namespace yundisk::client
