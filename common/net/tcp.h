// Streams over TCP sockets, and the timer of a loop.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "common/net/loop.h"
#include "common/net/stream.h"

namespace yundisk::net {

// Takes over a connected socket of `loop`, on its thread; sets TCP_NODELAY and keep-alive.
std::unique_ptr<Stream> MakeTcpStream(Loop& loop, boost::asio::ip::tcp::socket socket);

// Resolves names, tries every address they have.
class TcpDialer final : public Dialer {
 public:
  explicit TcpDialer(Loop& loop) : loop_(&loop) {}
  Task<Result<std::unique_ptr<Stream>>> Connect(std::string_view address,
                                                std::chrono::milliseconds timeout) override;

 private:
  Loop* loop_;
};

class LoopTimer final : public Timer {
 public:
  Task<void> Sleep(std::chrono::nanoseconds duration) override;
};

}  // namespace yundisk::net
