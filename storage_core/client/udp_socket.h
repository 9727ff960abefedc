// A connected UDP socket with deadlines.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::client {

// Movable; bound to one thread at a time.
class UdpSocket {
 public:
  // To "host:port"; a name is resolved, which may block. Sends nothing.
  static Result<UdpSocket> Connect(const std::string& address);
  UdpSocket(UdpSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UdpSocket& operator=(UdpSocket&&) = delete;
  ~UdpSocket();

  // Never waits: when the kernel has no room, the packet is lost.
  Result<void> Send(ByteView packet) const;
  // One packet; kUnavailable when none comes in time, or nobody listens there.
  Result<Bytes> Receive(std::chrono::nanoseconds timeout) const;

 private:
  explicit UdpSocket(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace yundisk::client
