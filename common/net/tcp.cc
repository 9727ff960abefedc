#include "common/net/tcp.h"

#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/protocol/address.h"

namespace yundisk::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto kResume = boost::asio::as_tuple(boost::asio::use_awaitable);

// A peer that vanished without a word is noticed after idle + count * interval.
constexpr int kKeepAliveIdle_s = 60;
constexpr int kKeepAliveInterval_s = 15;
constexpr int kKeepAliveCount = 4;

// An IPv4 peer of a socket that serves both families is written as what it is.
std::string TextOf(const tcp::endpoint& endpoint) {
  namespace ip = boost::asio::ip;
  ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return wire::ToString({address.to_string(), endpoint.port()});
}

// The parts of one write that are not written yet.
class Remainder {
 public:
  explicit Remainder(std::span<const ByteView> parts) {
    CHECK(parts.size() <= Stream::kMaxParts);
    for (const ByteView part : parts) {
      if (part.empty()) continue;
      vectors_[count_++] = {const_cast<std::byte*>(part.data()), part.size()};
    }
  }
  bool empty() const { return first_ == count_; }
  msghdr message() {
    msghdr message{};
    message.msg_iov = &vectors_[first_];
    message.msg_iovlen = count_ - first_;
    return message;
  }
  void Written(std::size_t bytes) {
    while (bytes > 0) {
      iovec& vector = vectors_[first_];
      const std::size_t step = std::min(bytes, vector.iov_len);
      vector.iov_base = static_cast<std::byte*>(vector.iov_base) + step;
      vector.iov_len -= step;
      bytes -= step;
      if (vector.iov_len == 0) ++first_;
    }
  }

 private:
  std::array<iovec, Stream::kMaxParts> vectors_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

class TcpStream final : public Stream, private Watched {
 public:
  TcpStream(Loop& loop, tcp::socket socket) : Watched(loop.watchdog()), socket_(std::move(socket)) {
    if (socket_.is_open()) Opened();
  }

  Task<void> WaitForInput() override {
    co_await socket_.async_wait(tcp::socket::wait_read, kResume);
  }

  Task<Result<std::size_t>> ReadSome(MutableByteView buffer) override {
    const auto [error, count] = co_await socket_.async_read_some(
        boost::asio::buffer(buffer.data(), buffer.size()), kResume);
    if (error == boost::asio::error::eof) co_return std::size_t{0};
    if (error) co_return Failure("read", error);
    co_return count;
  }

  Task<Result<void>> Write(std::span<const ByteView> parts) override {
    Remainder remainder(parts);
    while (!remainder.empty()) CO_TRY_VOID(co_await WriteOnce(remainder, MSG_NOSIGNAL));
    co_return Result<void>();
  }

  Task<Result<void>> SendFile(ByteView head, FileRange range) override {
    Remainder remainder(std::span(&head, 1));
    while (!remainder.empty()) CO_TRY_VOID(co_await WriteOnce(remainder, MSG_NOSIGNAL | MSG_MORE));
    while (range.bytes > 0) {
      auto position = static_cast<off_t>(range.offset);
      const ssize_t sent = ::sendfile(socket_.native_handle(), range.file, &position, range.bytes);
      if (sent == 0) co_return Error(Code::kIo, "sendfile: the file is shorter than it was");
      if (sent < 0) {
        CO_TRY_VOID(co_await AfterError("sendfile", errno));
        continue;
      }
      range.offset += static_cast<std::uint64_t>(sent);
      range.bytes -= static_cast<std::uint64_t>(sent);
    }
    co_return Result<void>();
  }

  // Sets peer and local on success.
  Task<Result<void>> Connect(const tcp::resolver::results_type& endpoints) {
    const auto [error, endpoint] = co_await boost::asio::async_connect(socket_, endpoints, kResume);
    if (error) co_return Failure("connect", error);
    Opened();
    co_return Result<void>();
  }

  void SetDeadline(SteadyTime deadline) override { deadline_ = deadline; }

  void ShutdownWrite() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void Close() override {
    error_code ignored;
    socket_.close(ignored);
  }

  std::string_view peer() const override { return peer_; }
  std::string_view local() const override { return local_; }

 private:
  void Opened() {
    error_code error;
    socket_.native_non_blocking(true, error);
    SetOption(IPPROTO_TCP, TCP_NODELAY, 1);
    SetOption(SOL_SOCKET, SO_KEEPALIVE, 1);
    SetOption(IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdle_s);
    SetOption(IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveInterval_s);
    SetOption(IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveCount);
    peer_ = TextOf(socket_.remote_endpoint(error));
    local_ = TextOf(socket_.local_endpoint(error));
  }

  // Options are wishes: a socket that refuses one still works.
  void SetOption(int level, int name, int value) {
    (void)::setsockopt(socket_.native_handle(), level, name, &value, sizeof value);
  }

  // Tries the system call at once: Asio's own way would cost a turn of the loop each time.
  Task<Result<void>> WriteOnce(Remainder& remainder, int flags) {
    const msghdr message = remainder.message();
    const ssize_t written = ::sendmsg(socket_.native_handle(), &message, flags);
    if (written < 0) co_return co_await AfterError("write", errno);
    remainder.Written(static_cast<std::size_t>(written));
    co_return Result<void>();
  }

  // After a system call failed: success when it may be tried again.
  Task<Result<void>> AfterError(std::string_view operation, int error_number) {
    if (error_number == EINTR) co_return Result<void>();
    if (error_number != EAGAIN && error_number != EWOULDBLOCK)
      co_return Failure(operation, error_code(error_number, boost::system::system_category()));
    const auto [error] = co_await socket_.async_wait(tcp::socket::wait_write, kResume);
    if (error) co_return Failure(operation, error);
    co_return Result<void>();
  }

  Error Failure(std::string_view operation, const error_code& error) const {
    if (timed_out_) return Error::Make(Code::kTimeout, "{} {}: too slow", operation, peer_);
    return Error::Make(Code::kUnavailable, "{} {}: {}", operation, peer_, error.message());
  }

  void OnDeadline() override {
    timed_out_ = true;
    Close();
  }

  tcp::socket socket_;
  std::string peer_;
  std::string local_;
  bool timed_out_ = false;
};

// A name's look-up, which outlives who waited for it: the system cannot be told to stop.
struct Lookup {
  Lookup(const boost::asio::any_io_executor& executor, SteadyTime deadline)
      : resolver(executor), over(executor, deadline) {}

  tcp::resolver resolver;
  boost::asio::steady_timer over;
  bool answered = false;
  error_code error;
  tcp::resolver::results_type results;
};

Task<Result<tcp::resolver::results_type>> Resolve(std::string_view address, SteadyTime deadline) {
  CO_TRY(const wire::HostPort host_port, wire::ParseHostPort(address));
  error_code no_number;
  const auto number = boost::asio::ip::make_address(host_port.host, no_number);
  const std::string port = std::to_string(host_port.port);
  if (!no_number) {
    const tcp::endpoint endpoint(number, host_port.port);
    co_return tcp::resolver::results_type::create(endpoint, host_port.host, port);
  }
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto lookup = std::make_shared<Lookup>(executor, deadline);
  lookup->resolver.async_resolve(host_port.host, port,
                                 [lookup](error_code error, tcp::resolver::results_type results) {
                                   lookup->answered = true;
                                   lookup->error = error;
                                   lookup->results = std::move(results);
                                   lookup->over.cancel();
                                 });
  co_await lookup->over.async_wait(kResume);
  if (!lookup->answered)
    co_return Error::Make(Code::kUnavailable, "resolve {}: no answer in time", address);
  if (lookup->error)
    co_return Error::Make(Code::kUnavailable, "resolve {}: {}", address, lookup->error.message());
  co_return lookup->results;
}

}  // namespace

std::unique_ptr<Stream> MakeTcpStream(Loop& loop, tcp::socket socket) {
  return std::make_unique<TcpStream>(loop, std::move(socket));
}

Task<Result<std::unique_ptr<Stream>>> TcpDialer::Connect(std::string_view address,
                                                         std::chrono::milliseconds timeout) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  CO_TRY(const auto endpoints, co_await Resolve(address, deadline));
  auto stream = std::make_unique<TcpStream>(*loop_, tcp::socket(loop_->context()));
  stream->SetDeadline(deadline);
  if (const auto connected = co_await stream->Connect(endpoints); !connected)
    co_return connected.error().Within(address);
  stream->SetDeadline(kNever);
  co_return Result<std::unique_ptr<Stream>>(std::move(stream));
}

Task<void> LoopTimer::Sleep(std::chrono::nanoseconds duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  co_await timer.async_wait(kResume);
}

}  // namespace yundisk::net
