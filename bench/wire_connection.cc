#include "bench/wire_connection.h"

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
#include <utility>

#include "common/base/random.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk::bench {
namespace {

constexpr int kReplyDeadlineMs = 10'000;
constexpr std::size_t kPieces = 16;  // of the content, for one system call

Result<int> Connect(const wire::HostPort& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0)
    return Error::Make(Code::kNotFound, "no such host: {}", address.host);
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int connected = socket < 0 ? -1 : connect(socket, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  if (connected != 0) return Error::FromErrno(errno, "connect");
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

Result<WireConnection> WireConnection::Open(const wire::HostPort& address,
                                            const std::optional<wire::Secret>& secret) {
  TRY(const int socket, Connect(address));
  WireConnection connection(socket);
  if (secret) TRY_VOID(connection.Authenticate(*secret));
  return connection;
}

WireConnection::WireConnection(WireConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)) {}

WireConnection::~WireConnection() {
  if (socket_ >= 0) close(socket_);
}

Result<void> WireConnection::Finish(const Outgoing& outgoing) {
  TRY_VOID(Begin(outgoing));
  while (true) {
    TRY(const bool done, Progress());
    if (done) return {};
    const auto events = static_cast<short>(sending() ? POLLOUT : POLLIN);
    pollfd waiting{socket_, events, 0};
    if (poll(&waiting, 1, kReplyDeadlineMs) <= 0)
      return Error(Code::kTimeout, "the daemon does not answer");
  }
}

Result<void> WireConnection::Authenticate(const wire::Secret& secret) {
  wire::Nonces nonces;
  SystemRandom().Fill(nonces.client);
  Bytes frame;
  wire::AppendRequest(frame, wire::Hello{nonces.client});
  TRY_VOID(Finish({frame, {}, 0}));
  TRY(const auto greeting, wire::DecodeBody<wire::Greeting>(body()));
  nonces.server = greeting.server_nonce;
  if (!wire::SameProof(greeting.proof, wire::ServerProof(secret, nonces)))
    return Error(Code::kUnauthenticated, "the daemon does not know the secret");
  frame.clear();
  wire::AppendRequest(frame, wire::Prove{wire::ClientProof(secret, nonces)});
  return Finish({frame, {}, 0});
}

Result<void> WireConnection::Begin(const Outgoing& outgoing) {
  outgoing_ = outgoing;
  head_sent_ = 0;
  content_left_ = outgoing.content_bytes;
  received_.clear();
  reply_bytes_ = 0;
  began_ = std::chrono::steady_clock::now();
  return Send();
}

Result<bool> WireConnection::Progress() {
  if (!sending()) return Receive();
  TRY_VOID(Send());
  return false;
}

Result<void> WireConnection::Send() {
  while (sending()) {
    std::array<iovec, kPieces> pieces{};
    std::size_t count = 0;
    const auto add = [&](ByteView bytes) {
      // sendmsg does not write to what it sends.
      pieces[count++] = {const_cast<std::byte*>(bytes.data()), bytes.size()};
    };
    if (head_sent_ < outgoing_.head.size()) add(outgoing_.head.subspan(head_sent_));
    const std::size_t length = outgoing_.content.size();
    for (std::uint64_t left = content_left_; left > 0 && count < kPieces;) {
      const std::uint64_t at = (outgoing_.content_bytes - left) % length;
      add(outgoing_.content.subspan(at, std::min<std::uint64_t>(left, length - at)));
      left -= pieces[count - 1].iov_len;
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const auto sent = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (sent < 0) return Error::FromErrno(errno, "send");
    const auto of_head =
        std::min<std::size_t>(static_cast<std::size_t>(sent), outgoing_.head.size() - head_sent_);
    head_sent_ += of_head;
    content_left_ -= static_cast<std::size_t>(sent) - of_head;
  }
  return {};
}

Result<bool> WireConnection::Receive() {
  static thread_local Bytes buffer(std::size_t{256} << 10U);
  while (true) {
    const auto got = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0) return Error(Code::kUnavailable, "the daemon closed the connection");
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got < 0) return Error::FromErrno(errno, "receive");
    TRY(const bool done, Take(ByteView(buffer).first(static_cast<std::size_t>(got))));
    if (done) return true;
  }
}

Result<bool> WireConnection::Take(ByteView bytes) {
  reply_bytes_ += bytes.size();
  const std::size_t kept =
      std::min(bytes.size(), wire::kHeaderBytes + kKeptBytes - received_.size());
  received_.insert(received_.end(), bytes.begin(),
                   bytes.begin() + static_cast<std::ptrdiff_t>(kept));
  if (received_.size() < wire::kHeaderBytes) return false;
  const wire::Header header = wire::DecodeHeader(ByteView(received_).first<wire::kHeaderBytes>());
  const std::uint64_t whole = wire::kHeaderBytes + header.body_bytes;
  if (reply_bytes_ > whole) return Error(Code::kInternal, "more came than one reply");
  if (reply_bytes_ < whole) return false;
  if (header.status != wire::kSuccess) return wire::ErrorFrom(body());
  return true;
}

}  // namespace yundisk::bench
