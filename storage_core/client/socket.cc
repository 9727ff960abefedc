#include "storage_core/client/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "common/protocol/address.h"

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

Result<std::unique_ptr<addrinfo, FreeAddresses>> Resolve(const std::string& address) {
  TRY(const wire::HostPort parsed, wire::ParseHostPort(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
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

}  // namespace

Result<Socket> Socket::Connect(const std::string& address, std::chrono::milliseconds timeout) {
  TRY(const auto candidates, Resolve(address));
  Error last(Code::kUnavailable, fmt::format("connecting to {}: no address", address));
  for (const addrinfo* to = candidates.get(); to != nullptr; to = to->ai_next) {
    const int descriptor =
        ::socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    if (descriptor < 0) return Unavailable("making a socket", errno);
    Socket socket(descriptor);
    if (::connect(descriptor, to->ai_addr, to->ai_addrlen) != 0 && errno != EINPROGRESS) {
      last = Unavailable(fmt::format("connecting to {}", address), errno);
      continue;
    }
    auto connected = FinishConnect(descriptor, address, timeout);
    if (connected) return socket;
    last = connected.error();
  }
  return last;
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Socket::Sent> Socket::Send(std::span<iovec> parts, std::chrono::milliseconds timeout) {
  parts = Advance(parts, 0);
  while (!parts.empty()) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent >= 0) {
      parts = Advance(parts, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TRY(const short events, WaitFor(descriptor_, POLLIN | POLLOUT, timeout, "sending"));
      if ((events & POLLIN) != 0) return Sent::kInterrupted;
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return Sent::kInterrupted;  // a reply may still wait to be read
    } else if (errno != EINTR) {
      return Unavailable("sending", errno);
    }
  }
  return Sent::kAll;
}

Result<std::size_t> Socket::ReceiveSome(MutableByteView buffer, std::chrono::milliseconds timeout) {
  for (;;) {
    const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) return Error(Code::kUnavailable, "receiving: the connection was closed");
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      TRY_VOID(WaitFor(descriptor_, POLLIN, timeout, "receiving"));
    else if (errno != EINTR)
      return Unavailable("receiving", errno);
  }
}

bool Socket::IsQuiet() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 0;
}

}  // namespace yundisk::client
