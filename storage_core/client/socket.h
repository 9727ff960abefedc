// A TCP connection for blocking callers: every call has a deadline.
#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::client {

// Owns a file descriptor. Bound to one thread at a time. Every failure is kUnavailable: the other
// side, or the way to it, is not there; the connection is of no further use.
class Socket {
 public:
  // `address` is "host:port" or "[IPv6]:port".
  static Result<Socket> Connect(const std::string& address, std::chrono::milliseconds timeout);

  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  enum class Sent { kAll, kInterrupted };
  // Sends all the parts, waiting at most `timeout` for each step of progress. kInterrupted: the
  // other side has spoken before everything was sent, which only a refusal explains.
  Result<Sent> Send(std::span<iovec> parts, std::chrono::milliseconds timeout);

  // At least one byte and at most the buffer's; the end of the stream is an error.
  Result<std::size_t> ReceiveSome(MutableByteView buffer, std::chrono::milliseconds timeout);

  // True while nothing waits to be read and the other side has not closed: a kept connection may be
  // used again.
  bool IsQuiet() const;

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1: moved away
};

}  // namespace yundisk::client
