// What a daemon implements: one function from a request to a reply.
//
//   Task<Result<void>> Handle(Request& request, Reply& reply) override {
//     switch (request.command()) {
//       case wire::Command::kSize: {
//         CO_TRY(auto message, co_await request.Read<wire::Size>());
//         CO_TRY(auto size, co_await engine_.Size(message.key));
//         co_return co_await reply.Send(wire::ObjectSize{size});
//       }
//       ...
//
// The server has already checked that the peer is authenticated, that the command belongs to the
// service, and that the body's length is one the command allows. An error that Handle returns
// before it has replied goes to the peer as a failure reply. An error after the reply has begun, or
// a reply shorter than announced, closes the connection: the peer sees a cut, never a wrong reply.
// What is left unread of the body is the server's business.
//
// Request and Reply live as long as the call of Handle and belong to its loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/codec.h"
#include "common/protocol/frame.h"
#include "common/protocol/messages.h"

namespace yundisk::net {

class Connection;

class Request {
 public:
  // Take gives at most this much at once.
  static constexpr std::size_t kMaxTakeBytes = std::size_t{128} << 10U;

  explicit Request(Connection& connection) : connection_(&connection) {}

  wire::Command command() const;
  // The peer's "ip:port", and the address the peer reached us at.
  std::string_view peer() const;
  std::string_view local() const;
  // Of the body.
  std::uint64_t unread_bytes() const;

  // The request's fields, strictly decoded; where content follows, it is exactly what is unread
  // afterwards.
  template <wire::Request M>
  Task<Result<M>> Read();

  // The next `count` bytes of the body in one piece, borrowed until the next call on this object. A
  // body that came along with its header is not copied. kBadRequest when the peer ends short of it.
  Task<Result<ByteView>> Take(std::size_t count);
  // Fills `to` from the body as far as it goes, straight from the socket when nothing is buffered;
  // the number of bytes, less than to.size() only at the body's end.
  Task<Result<std::size_t>> ReadInto(MutableByteView to);

 private:
  Connection* connection_;
};

class Reply {
 public:
  explicit Reply(Connection& connection) : connection_(&connection) {}

  // A success reply, whole.
  template <wire::Message M>
  Task<Result<void>> Send(const M& message);
  // Content that is at hand, with its header in one write.
  Task<Result<void>> SendContent(ByteView content);

  // Content piece by piece: first its length, then exactly that many bytes by Write and SendFile.
  // The header leaves together with the first piece.
  void BeginContent(std::uint64_t content_bytes);
  Task<Result<void>> Write(ByteView piece);
  // As Stream::SendFile.
  Task<Result<void>> SendFile(FileRange range);

 private:
  // The reply's head is made here and leaves at once.
  Bytes& BeginFrame();
  Task<Result<void>> SendFrame();
  wire::Service service() const;

  Connection* connection_;
};

// Thread-safe: every loop of the server calls it, for many connections at a time.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<Result<void>> Handle(Request& request, Reply& reply) = 0;
};

template <wire::Request M>
Task<Result<M>> Request::Read() {
  constexpr std::size_t kMost = wire::kBodySize<M>.max;
  static_assert(kMost <= kMaxTakeBytes);
  const std::uint64_t unread = unread_bytes();
  const std::size_t size = wire::RequestWithContent<M> ? kMost : static_cast<std::size_t>(unread);
  CO_TRY(const ByteView body, co_await Take(size));
  CO_TRY(M message, wire::DecodeBody<M>(body));
  if constexpr (wire::RequestWithContent<M>) {
    if (message.size_bytes != unread_bytes())
      co_return Error::Make(Code::kBadRequest, "{}: {} bytes announced but {} in the body",
                            M::kName, message.size_bytes, unread_bytes());
  }
  co_return message;
}

template <wire::Message M>
Task<Result<void>> Reply::Send(const M& message) {
  wire::AppendSuccess(BeginFrame(), service(), message);
  return SendFrame();
}

}  // namespace yundisk::net
