// The asking side of a connection, for daemons: one request at a time, awaited.
//
// A request with content goes out in pieces:
//
//   caller.Begin(message);
//   CO_TRY_VOID(co_await caller.SendContent(piece));  // until all of message.size_bytes is sent
//   CO_TRY(const auto reply, co_await caller.Finish<Message>());
//
// and a reply that is content comes in pieces:
//
//   CO_TRY(std::uint64_t left, co_await caller.StartContent(message));
//   CO_TRY(const std::size_t got, co_await caller.ReadContent(buffer));  // until nothing is left
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "common/protocol/frame.h"
#include "common/protocol/header.h"
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

  // The head leaves together with the first of the content, or with Finish.
  template <wire::RequestWithContent M>
  void Begin(const M& message) {
    frame_.clear();
    broken_ = true;  // until the reply is whole
    command_ = M::kCommand;
    wire::AppendRequest(frame_, message);
  }
  // Small pieces are gathered until Flush or Finish. As long as the next piece takes, there is no
  // deadline. When the peer has refused meanwhile the error is its own.
  Task<Result<void>> SendContent(ByteView piece);
  Task<Result<void>> Flush();
  // `more`: than the usual time that the answer may take.
  template <wire::RequestWithContent M>
  Task<Result<typename M::Reply>> Finish(std::chrono::milliseconds more = {}) {
    CO_TRY(const ByteView body, co_await Exchange(M::kCommand, more));
    co_return wire::DecodeBody<typename M::Reply>(body);
  }

  // The length of the content that follows.
  template <wire::Request M>
  Task<Result<std::uint64_t>> StartContent(const M& message) {
    frame_.clear();
    wire::AppendRequest(frame_, message);
    co_return co_await AskForContent(M::kCommand);
  }
  // At least one byte of it.
  Task<Result<std::size_t>> ReadContent(MutableByteView buffer);

  bool broken() const { return broken_; }

 private:
  // Sends what is left of frame_ and returns the success reply's body, borrowed until the next
  // call.
  Task<Result<ByteView>> Exchange(wire::Command command, std::chrono::milliseconds more = {});
  Task<Result<wire::Header>> Ask(wire::Command command, std::chrono::milliseconds more = {});
  Task<Result<void>> Write(std::span<const ByteView> parts);
  Task<Error> WhyRefused(const Error& failed);
  Task<Result<std::uint64_t>> AskForContent(wire::Command command);
  Task<Result<ByteView>> ReadBody(const wire::Header& header);
  Task<Result<ByteView>> ReadExactly(std::size_t count);

  Stream* stream_;
  wire::Service service_;
  const Clock* clock_;
  std::chrono::milliseconds timeout_;
  bool broken_ = false;
  wire::Command command_{};         // of the present request
  std::uint64_t content_left_ = 0;  // of a reply
  Bytes frame_;
  Bytes reply_;
};

}  // namespace yundisk::net
