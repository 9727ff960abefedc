// Durable uploads over the binary protocol, as many as one storage takes: the load for the storage
// core without HTTP in front.
//
//   bench_storage_upload ADDRESS SECRET_FILE GROUP CONNECTIONS SECONDS BYTES
//
// Each connection has one upload in flight, of a new object with new content. One thread and one
// system call each for sending and receiving, so that the load generator takes little of the
// processor it shares with the storage. SECRET_FILE "-": no authentication. Prints one line of
// JSON.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk {
namespace {

constexpr std::string_view kApplication = "bench";
constexpr std::string_view kUser = "bench";
constexpr int kReplyDeadlineMs = 10'000;
constexpr std::uint64_t kMaxConnections = 1024;
constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20U;
constexpr std::uint64_t kMaxSeconds = 600;

struct Options {
  wire::HostPort address;
  std::optional<wire::Secret> secret;
  std::string group;
  std::uint64_t connections = 0;
  std::uint64_t seconds = 0;
  std::uint64_t bytes = 0;
};

Result<void> SendAll(int socket, ByteView bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return Error::FromErrno(errno, "send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> ReceiveAll(int socket, MutableByteView to) {
  if (to.empty()) return {};  // recv would wait for the next reply
  const auto received = recv(socket, to.data(), to.size(), MSG_WAITALL);
  if (received < 0) return Error::FromErrno(errno, "receive");
  if (static_cast<std::size_t>(received) != to.size())
    return Error(Code::kUnavailable, "the storage closed the connection");
  return {};
}

// The body of the next reply; a failure reply becomes its error.
Result<Bytes> ReceiveReply(int socket) {
  std::array<std::byte, wire::kHeaderBytes> head{};
  TRY_VOID(ReceiveAll(socket, head));
  const wire::Header header = wire::DecodeHeader(head);
  if (header.body_bytes > wire::kMaxDescriptionBytes * 2)
    return Error(Code::kInternal, "a reply too long to be one");
  Bytes body(header.body_bytes);
  TRY_VOID(ReceiveAll(socket, body));
  if (header.status != wire::kSuccess) return wire::ErrorFrom(body);
  return body;
}

Result<void> Authenticate(int socket, const wire::Secret& secret) {
  wire::Nonces nonces;
  SystemRandom().Fill(nonces.client);
  Bytes frame;
  wire::AppendRequest(frame, wire::Hello{nonces.client});
  TRY_VOID(SendAll(socket, frame));
  TRY(const Bytes hello, ReceiveReply(socket));
  TRY(const auto greeting, wire::DecodeBody<wire::Greeting>(hello));
  nonces.server = greeting.server_nonce;
  if (!wire::SameProof(greeting.proof, wire::ServerProof(secret, nonces)))
    return Error(Code::kUnauthenticated, "the storage does not know the secret");
  frame.clear();
  wire::AppendRequest(frame, wire::Prove{wire::ClientProof(secret, nonces)});
  TRY_VOID(SendAll(socket, frame));
  TRY(const Bytes proved, ReceiveReply(socket));
  return {};
}

Result<int> Connect(const Options& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(options.address.port);
  if (getaddrinfo(options.address.host.c_str(), port.c_str(), &hints, &found) != 0)
    return Error::Make(Code::kNotFound, "no such host: {}", options.address.host);
  const int s = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int connected = s < 0 ? -1 : connect(s, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  if (connected != 0) return Error::FromErrno(errno, "connect");
  const int on = 1;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval deadline{kReplyDeadlineMs / 1000, 0};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  if (options.secret) TRY_VOID(Authenticate(s, *options.secret));
  return s;
}

// Builds one upload after another, each of an object and a content never used before.
class Uploads {
 public:
  explicit Uploads(const Options& options)
      : prefix_(fmt::format("{}/bench-{:016x}-", options.group, SystemRandom().Next())),
        content_(options.bytes, std::byte{'x'}) {}

  Result<ByteView> Next() {
    const std::string id = prefix_ + std::to_string(++count_);
    wire::Upload upload;
    upload.key.application = wire::Text<16>::Unchecked(kApplication);
    upload.key.user = wire::Text<256>::Unchecked(kUser);
    TRY(upload.key.file_id, wire::Text<128>::From(id));
    upload.size_bytes = content_.size();
    std::copy_n(AsBytes(id).begin(), std::min(id.size(), content_.size()), content_.begin());
    frame_.clear();
    wire::AppendRequest(frame_, upload);
    frame_.insert(frame_.end(), content_.begin(), content_.end());
    return ByteView(frame_);
  }

 private:
  const std::string prefix_;
  std::uint64_t count_ = 0;
  Bytes content_;
  Bytes frame_;
};

// The sockets, waited for together.
class Connections {
 public:
  static Result<Connections> Open(const Options& options) {
    Connections all;
    for (std::uint64_t i = 0; i < options.connections; ++i) {
      TRY(const int socket, Connect(options));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = socket;
      if (epoll_ctl(all.epoll_, EPOLL_CTL_ADD, socket, &event) != 0)
        return Error::FromErrno(errno, "epoll_ctl");
      all.sockets_.push_back(socket);
    }
    return all;
  }
  Connections(Connections&& other) noexcept
      : epoll_(std::exchange(other.epoll_, -1)), sockets_(std::move(other.sockets_)) {}
  Connections(const Connections&) = delete;
  ~Connections() {
    for (const int socket : sockets_) close(socket);
    if (epoll_ >= 0) close(epoll_);
  }

  const std::vector<int>& sockets() const { return sockets_; }

  // Calls `answered` for every socket that has received something.
  template <typename F>
  Result<void> Wait(F&& answered) {
    std::array<epoll_event, 64> events{};
    const int count =
        epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kReplyDeadlineMs);
    if (count < 0) return Error::FromErrno(errno, "epoll_wait");
    if (count == 0) return Error(Code::kTimeout, "no upload was answered in time");
    for (int i = 0; i < count; ++i) TRY_VOID(answered(events[static_cast<std::size_t>(i)].data.fd));
    return {};
  }

 private:
  Connections() = default;

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::vector<int> sockets_;
};

// Acknowledged uploads a second.
Result<double> Measure(const Options& options) {
  TRY(Connections connections, Connections::Open(options));
  Uploads uploads(options);
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + std::chrono::seconds(options.seconds);
  std::uint64_t acknowledged = 0;
  const auto send_next = [&](int socket) -> Result<void> {
    TRY(const ByteView frame, uploads.Next());
    return SendAll(socket, frame);
  };
  for (const int socket : connections.sockets()) TRY_VOID(send_next(socket));
  while (std::chrono::steady_clock::now() < end) {
    TRY_VOID(connections.Wait([&](int socket) -> Result<void> {
      TRY(const Bytes reply, ReceiveReply(socket));
      ++acknowledged;
      return send_next(socket);
    }));
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return static_cast<double>(acknowledged) / passed.count();
}

Result<std::uint64_t> Number(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > max)
    return Error::Make(Code::kBadRequest, "'{}' is no number from 1 to {}", text, max);
  return value;
}

Result<Options> Parse(const std::vector<std::string>& arguments) {
  if (arguments.size() != 6)
    return Error(Code::kBadRequest,
                 "arguments: ADDRESS SECRET_FILE GROUP CONNECTIONS SECONDS BYTES");
  Options options;
  TRY(options.address, wire::ParseHostPort(arguments[0]));
  if (arguments[1] != "-") { TRY(options.secret, wire::ReadSecretFile(arguments[1])); }
  options.group = arguments[2];
  TRY(options.connections, Number(arguments[3], kMaxConnections));
  TRY(options.seconds, Number(arguments[4], kMaxSeconds));
  TRY(options.bytes, Number(arguments[5], kMaxBytes));
  return options;
}

Result<double> Run(const std::vector<std::string>& arguments) {
  TRY(const Options options, Parse(arguments));
  return Measure(options);
}

}  // namespace
}  // namespace yundisk

int main(int argc, char** argv) {
  const auto rate = yundisk::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (!rate) {
    fmt::print(stderr, "bench_storage_upload: {}\n", rate.error().message());
    return 1;
  }
  fmt::print("{{\"uploads_per_s\":{:.1f}}}\n", *rate);
}
