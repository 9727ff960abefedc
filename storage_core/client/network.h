// What the client stands on: the network as blocking callers use it, time and randomness.
// Interfaces, so that the simulation can put its own under the client.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace yundisk::client {

// A TCP connection for blocking callers: every call has a deadline. Bound to one thread at a time.
// Every failure is kUnavailable: the other side, or the way to it, is not there; the connection is
// of no further use.
class Socket {
 public:
  virtual ~Socket() = default;

  enum class Sent { kAll, kInterrupted };
  // Sends all the parts, at most kMaxParts, waiting at most `timeout` for each step of progress.
  // kInterrupted: the other side has spoken before everything was sent, which only a refusal
  // explains.
  virtual Result<Sent> Send(std::span<const ByteView> parts, std::chrono::milliseconds timeout) = 0;

  // At least one byte and at most the buffer's; the end of the stream is an error.
  virtual Result<std::size_t> ReceiveSome(MutableByteView buffer,
                                          std::chrono::milliseconds timeout) = 0;

  // True while nothing waits to be read and the other side has not closed: a kept connection may be
  // used again.
  virtual bool IsQuiet() const = 0;

  static constexpr std::size_t kMaxParts = 2;
};

// A connected UDP socket with deadlines. Bound to one thread at a time.
class UdpSocket {
 public:
  virtual ~UdpSocket() = default;

  // Never waits: when the kernel has no room, the packet is lost.
  virtual Result<void> Send(ByteView packet) = 0;
  // One packet; kUnavailable when none comes in time, or nobody listens there.
  virtual Result<Bytes> Receive(std::chrono::nanoseconds timeout) = 0;
};

// Thread-safe. Addresses are "host:port" or "[IPv6]:port"; names are resolved, which may block.
class Network {
 public:
  virtual ~Network() = default;
  virtual Result<std::unique_ptr<Socket>> Connect(const std::string& address,
                                                  std::chrono::milliseconds timeout) = 0;
  // Sends nothing.
  virtual Result<std::unique_ptr<UdpSocket>> ConnectUdp(const std::string& address) = 0;
};

// All are borrowed.
struct Environment {
  Network& network;
  const Clock& clock;
  Random& random;
};

// Of this machine.
Environment SystemEnvironment();

}  // namespace yundisk::client
