// A connection of a load generator to a daemon: authenticated by blocking calls, then used without
// blocking, one request in flight at a time. Sends and receives with as few system calls as can be,
// so that the load takes little of the processor it shares with the daemon.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/protocol/address.h"
#include "common/protocol/authentication.h"
#include "common/protocol/header.h"

namespace yundisk::bench {

// What a request sends: a frame's head, then `content_bytes` of `content`, repeated as often as
// needed. Both are borrowed until the reply is there.
struct Outgoing {
  ByteView head;
  ByteView content;
  std::uint64_t content_bytes = 0;
};

class WireConnection {
 public:
  static Result<WireConnection> Open(const wire::HostPort& address,
                                     const std::optional<wire::Secret>& secret);
  WireConnection(WireConnection&& other) noexcept;
  WireConnection(const WireConnection&) = delete;
  ~WireConnection();

  int socket() const { return socket_; }
  bool sending() const { return head_sent_ < outgoing_.head.size() || content_left_ > 0; }
  std::chrono::steady_clock::time_point began() const { return began_; }

  // Begins a request; the rest goes out with Progress().
  Result<void> Begin(const Outgoing& outgoing);
  // A whole request and its reply, waiting as long as needed.
  Result<void> Finish(const Outgoing& outgoing);
  // Sends and receives what it can: true once the reply is complete. A failure reply is its error.
  Result<bool> Progress();
  // The body of the last reply, cut off after kKeptBytes.
  ByteView body() const { return ByteView(received_).subspan(wire::kHeaderBytes); }

  static constexpr std::size_t kKeptBytes = 4096;

 private:
  explicit WireConnection(int socket) : socket_(socket) {}

  Result<void> Authenticate(const wire::Secret& secret);
  Result<void> Send();
  Result<bool> Receive();
  Result<bool> Take(ByteView bytes);

  int socket_;
  Outgoing outgoing_;
  std::size_t head_sent_ = 0;
  std::uint64_t content_left_ = 0;
  std::chrono::steady_clock::time_point began_;
  Bytes received_;                 // of the reply, its first bytes
  std::uint64_t reply_bytes_ = 0;  // of the reply so far
};

}  // namespace yundisk::bench
