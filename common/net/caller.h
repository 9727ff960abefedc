// The asking side of a connection, for daemons: one request at a time, awaited.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk::net {

// Bound to the stream's loop. After an error that is not the peer's own failure reply the stream is
// of no more use: see broken.
class Caller {
 public:
  // Borrows the stream and the clock. Each call, request and reply, has `timeout`.
  Caller(Stream& stream, wire::Service service, const Clock& clock,
         std::chrono::milliseconds timeout)
      : stream_(&stream), service_(service), clock_(&clock), timeout_(timeout) {}

  // Hello and prove; kUnauthenticated when the peer does not know the secret either.
  Task<Result<void>> Authenticate(const wire::Secret& secret, Random& random);

  // For requests and replies without content.
  template <wire::Request M>
  Task<Result<typename M::Reply>> Call(const M& message) {
    frame_.clear();
    wire::AppendRequest(frame_, message);
    CO_TRY(const ByteView body, co_await Exchange(M::kCommand));
    co_return wire::DecodeBody<typename M::Reply>(body);
  }

  bool broken() const { return broken_; }

 private:
  // Sends frame_ and returns the success reply's body, borrowed until the next call.
  Task<Result<ByteView>> Exchange(wire::Command command);
  Task<Result<ByteView>> ReadExactly(std::size_t count);

  Stream* stream_;
  wire::Service service_;
  const Clock* clock_;
  std::chrono::milliseconds timeout_;
  bool broken_ = false;
  Bytes frame_;
  Bytes reply_;
};

}  // namespace yundisk::net
