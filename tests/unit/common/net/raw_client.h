// A client that knows nothing of the code under test: a blocking socket and bytes.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/protocol/frame.h"

namespace yundisk::net {

struct RawReply {
  wire::Header header;
  Bytes body;

  bool failed() const { return header.status == wire::kFailure; }
  Error error() const { return wire::ErrorFrom(body); }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const timeval patience{10, 0};
    CHECK(::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the other side has closed.
  bool Send(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
  }
  template <wire::Request M>
  bool SendRequest(const M& request) {
    Bytes frame;
    wire::AppendRequest(frame, request);
    return Send(frame);
  }
  bool SendHeader(const wire::Header& header) {
    std::array<std::byte, wire::kHeaderBytes> bytes;
    wire::EncodeHeader(header, bytes);
    return Send(bytes);
  }
  void FinishSending() { ::shutdown(fd_, SHUT_WR); }

  // Exactly `count` bytes; empty when the other side closes first or says nothing for 10 s.
  std::optional<Bytes> Read(std::size_t count) {
    Bytes bytes(count);
    for (std::size_t filled = 0; filled < count;) {
      const ssize_t got = ::recv(fd_, bytes.data() + filled, count - filled, 0);
      if (got <= 0) return std::nullopt;
      filled += static_cast<std::size_t>(got);
    }
    return bytes;
  }
  std::optional<RawReply> ReadReply() {
    const auto header = Read(wire::kHeaderBytes);
    if (!header) return std::nullopt;
    RawReply reply;
    reply.header = wire::DecodeHeader(ByteView(*header).first<wire::kHeaderBytes>());
    auto body = Read(static_cast<std::size_t>(reply.header.body_bytes));
    if (!body) return std::nullopt;
    reply.body = std::move(*body);
    return reply;
  }
  // True when the other side closes without another byte.
  bool ReadsEnd() {
    char byte = 0;
    return ::recv(fd_, &byte, 1, 0) == 0 || errno == ECONNRESET;
  }

  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace yundisk::net
