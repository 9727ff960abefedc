#include "storage_core/client/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/protocol/failure.h"
#include "common/protocol/header.h"

namespace yundisk::client {
namespace {

// Large enough that a small object and its header come in one call.
constexpr std::size_t kBufferBytes = std::size_t{16} << 10U;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;
// A storage waits for its group's members, twice at most, as long as `storage.copy_wait_ms` says
// (10 s), and for their disks. Whoever gave up before would leave an object that nobody asks for.
constexpr std::chrono::milliseconds kCopyWaits{25'000};
constexpr std::uint64_t kMinSyncBytesPerSecond = std::uint64_t{4} << 20U;

}  // namespace

Connection::Connection(std::string address, wire::Service service, std::unique_ptr<Socket> socket,
                       std::chrono::milliseconds timeout, const Clock& clock)
    : address_(std::move(address)),
      service_(service),
      socket_(std::move(socket)),
      timeout_(timeout),
      clock_(&clock),
      buffer_(kBufferBytes) {}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& address,
                                                     wire::Service service,
                                                     const std::optional<wire::Secret>& secret,
                                                     Timeouts timeouts,
                                                     const Environment& environment) {
  TRY(auto socket, environment.network.Connect(address, timeouts.connect));
  std::unique_ptr<Connection> connection(
      new Connection(address, service, std::move(socket), timeouts.call, environment.clock));
  if (secret) TRY_VOID(connection->Authenticate(*secret, environment.random));
  return connection;
}

Result<void> Connection::Authenticate(const wire::Secret& secret, Random& random) {
  wire::Nonces nonces;
  random.Fill(nonces.client);
  TRY(const wire::Greeting greeting, Call(wire::Hello{nonces.client}));
  nonces.server = greeting.server_nonce;
  if (!wire::SameProof(greeting.proof, wire::ServerProof(secret, nonces)))
    return Error::Make(Code::kUnauthenticated, "{} does not know the cluster's secret", address_);
  TRY_VOID(Call(wire::Prove{wire::ClientProof(secret, nonces)}));
  return {};
}

Result<void> Connection::Upload(const wire::Upload& request, ByteView content) {
  CHECK(request.size_bytes == content.size());
  StartRequest(request);
  TRY_VOID(SendRequest(content));
  TRY_VOID(ReadReplyToUpload<wire::Empty>(request.size_bytes));
  return {};
}

Result<void> Connection::Upload(const wire::Upload& request, const Source& source) {
  StartRequest(request);
  TRY_VOID(SendRequest({}));
  TRY_VOID(SendFrom(source, request.size_bytes));
  TRY_VOID(ReadReplyToUpload<wire::Empty>(request.size_bytes));
  return {};
}

Result<wire::Adopted> Connection::Adopt(const wire::Adopt& request) {
  StartRequest(request);
  TRY_VOID(SendRequest({}));
  return ReadReplyToUpload<wire::Adopted>(request.size_bytes);
}

std::chrono::milliseconds Connection::PatienceFor(std::uint64_t size_bytes) {
  return kCopyWaits + std::chrono::milliseconds(size_bytes * 1000 / kMinSyncBytesPerSecond);
}

Result<std::uint64_t> Connection::StartDownload(const wire::Download& request) {
  StartRequest(request);
  TRY_VOID(SendRequest({}));
  return ReadReplyHeader();
}

Result<std::size_t> Connection::ReadContent(MutableByteView buffer) {
  if (taken_ < received_) {
    const std::size_t count = std::min(buffer.size(), received_ - taken_);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(taken_), count, buffer.begin());
    taken_ += count;
    return count;
  }
  return Checked(socket_->ReceiveSome(buffer, timeout_));
}

Result<void> Connection::SendRequest(ByteView content) {
  const std::array<ByteView, 2> parts{request_, content};
  TRY(const Socket::Sent sent, Checked(socket_->Send(parts, timeout_)));
  // What was refused half-way cannot be continued; the reply says why.
  if (sent == Socket::Sent::kInterrupted) usable_ = false;
  return {};
}

Result<void> Connection::SendFrom(const Source& source, std::uint64_t size_bytes) {
  Bytes piece(std::min<std::uint64_t>(size_bytes, kPieceBytes));
  while (size_bytes > 0 && usable_) {
    const auto wanted = std::min<std::uint64_t>(size_bytes, piece.size());
    auto count = source(MutableByteView(piece).first(wanted));
    if (count && *count == 0)
      count = Error::Make(Code::kBadRequest, "the content ends {} bytes early", size_bytes);
    if (!count) {
      usable_ = false;
      return count.error();
    }
    const std::array<ByteView, 1> parts{ByteView(piece).first(*count)};
    TRY(const Socket::Sent sent, Checked(socket_->Send(parts, timeout_)));
    if (sent == Socket::Sent::kInterrupted) usable_ = false;
    size_bytes -= *count;
  }
  return {};
}

Result<std::uint64_t> Connection::ReadReplyHeader() {
  const SteadyTime begun = clock_->Steady();
  TRY(const ByteView bytes, Take(wire::kHeaderBytes));
  waited_ = clock_->Steady() - begun;
  const wire::Header header = wire::DecodeHeader(bytes.first<wire::kHeaderBytes>());
  if (header.command != static_cast<std::uint8_t>(service_))
    return Broken(fmt::format("a reply of kind {}", header.command));
  if (header.status == wire::kSuccess) return header.body_bytes;
  if (header.status != wire::kFailure)
    return Broken(fmt::format("a reply with status {}", header.status));
  return ReadFailure(header.body_bytes);
}

Error Connection::ReadFailure(std::uint64_t body_bytes) {
  constexpr wire::SizeRange kAllowed = wire::kBodySize<wire::Failure>;
  if (body_bytes < kAllowed.min || body_bytes > kAllowed.max)
    return Broken(fmt::format("a failure of {} bytes", body_bytes));
  const auto body = Take(body_bytes);
  return body ? wire::ErrorFrom(*body) : body.error();
}

Result<ByteView> Connection::ReadReplyBody(wire::SizeRange allowed) {
  TRY(const std::uint64_t body_bytes, ReadReplyHeader());
  if (body_bytes < allowed.min || body_bytes > allowed.max)
    return Broken(fmt::format("a reply of {} bytes", body_bytes));
  return Take(body_bytes);
}

Result<ByteView> Connection::Take(std::size_t wanted) {
  if (taken_ == received_) taken_ = received_ = 0;
  if (buffer_.size() - taken_ < wanted) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(taken_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(received_), buffer_.begin());
    received_ -= std::exchange(taken_, 0);
    buffer_.resize(std::max(buffer_.size(), wanted));
  }
  while (received_ - taken_ < wanted) {
    TRY(const std::size_t count,
        Checked(socket_->ReceiveSome(MutableByteView(buffer_).subspan(received_), timeout_)));
    received_ += count;
  }
  return ByteView(buffer_).subspan(std::exchange(taken_, taken_ + wanted), wanted);
}

Error Connection::Broken(std::string_view why) {
  usable_ = false;
  broken_ = true;
  return Error::Make(Code::kUnavailable, "{}: {}", address_, why);
}

}  // namespace yundisk::client
