#include "common/net/caller.h"

#include <algorithm>
#include <array>

#include "common/protocol/commands.h"
#include "common/protocol/failure.h"
#include "common/protocol/header.h"

namespace yundisk::net {
namespace {

// Smaller requests leave in one write.
constexpr std::size_t kGatherBytes = std::size_t{128} << 10U;
// For an answer that was sent before its connection was closed.
constexpr std::chrono::seconds kRefusalWait{1};

}  // namespace

Task<Result<void>> Caller::Authenticate(const wire::Secret& secret, Random& random) {
  wire::Nonces nonces;
  random.Fill(nonces.client);
  CO_TRY(const wire::Greeting greeting, co_await Call(wire::Hello{nonces.client}));
  nonces.server = greeting.server_nonce;
  if (!wire::SameProof(greeting.proof, wire::ServerProof(secret, nonces)))
    co_return Error::Make(Code::kUnauthenticated, "{} does not know the cluster's secret",
                          stream_->peer());
  CO_TRY_VOID(co_await Call(wire::Prove{wire::ClientProof(secret, nonces)}));
  co_return Result<void>();
}

Task<Result<void>> Caller::SendContent(ByteView piece) {
  if (frame_.size() + piece.size() <= kGatherBytes) {
    frame_.insert(frame_.end(), piece.begin(), piece.end());
    co_return Result<void>();
  }
  const std::array parts{ByteView(frame_), piece};
  co_return co_await Write(parts);
}

Task<Result<void>> Caller::Flush() {
  if (frame_.empty()) co_return Result<void>();
  const std::array parts{ByteView(frame_)};
  co_return co_await Write(parts);
}

Task<Result<void>> Caller::Write(std::span<const ByteView> parts) {
  stream_->SetDeadline(clock_->Steady() + timeout_);
  const Result<void> sent = co_await stream_->Write(parts);
  frame_.clear();
  if (!sent) {
    const Error failed = sent.error();
    co_return co_await WhyRefused(failed);
  }
  // The next piece comes when it comes: the peer owes us nothing until then.
  stream_->SetDeadline(kNever);
  co_return sent;
}

// A peer that refuses in the middle of a content says why before it closes the connection.
Task<Error> Caller::WhyRefused(const Error& failed) {
  stream_->SetDeadline(clock_->Steady() + kRefusalWait);
  const auto head = co_await ReadExactly(wire::kHeaderBytes);
  if (!head) co_return failed;
  const wire::Header header = wire::DecodeHeader(head->first<wire::kHeaderBytes>());
  if (header.status != wire::kFailure || !wire::CheckReply(service_, command_, header))
    co_return failed;
  const auto body = co_await ReadExactly(static_cast<std::size_t>(header.body_bytes));
  if (!body) co_return failed;
  co_return wire::ErrorFrom(*body);
}

Task<Result<std::uint64_t>> Caller::AskForContent(wire::Command command) {
  CO_TRY(const wire::Header header, co_await Ask(command));
  if (header.status == wire::kFailure) {
    CO_TRY(const ByteView body, co_await ReadBody(header));
    co_return wire::ErrorFrom(body);
  }
  content_left_ = header.body_bytes;
  broken_ = content_left_ != 0;
  stream_->SetDeadline(kNever);
  co_return header.body_bytes;
}

Task<Result<std::size_t>> Caller::ReadContent(MutableByteView buffer) {
  const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), content_left_);
  stream_->SetDeadline(clock_->Steady() + timeout_);
  CO_TRY(const std::size_t got, co_await stream_->ReadSome(buffer.first(wanted)));
  if (got == 0)
    co_return Error::Make(Code::kUnavailable, "{} has closed the connection", stream_->peer());
  content_left_ -= got;
  broken_ = content_left_ != 0;
  stream_->SetDeadline(kNever);
  co_return got;
}

Task<Result<ByteView>> Caller::Exchange(wire::Command command, std::chrono::milliseconds more) {
  CO_TRY(const wire::Header header, co_await Ask(command, more));
  CO_TRY(const ByteView body, co_await ReadBody(header));
  if (header.status == wire::kFailure) co_return wire::ErrorFrom(body);
  co_return body;
}

// Sends the request, or its rest, and reads the reply's header.
Task<Result<wire::Header>> Caller::Ask(wire::Command command, std::chrono::milliseconds more) {
  broken_ = true;  // until the reply is whole
  command_ = command;
  CO_TRY_VOID(co_await Flush());
  stream_->SetDeadline(clock_->Steady() + timeout_ + more);
  CO_TRY(const ByteView head, co_await ReadExactly(wire::kHeaderBytes));
  const wire::Header header = wire::DecodeHeader(head.first<wire::kHeaderBytes>());
  CO_TRY_VOID(wire::CheckReply(service_, command, header));
  co_return header;
}

Task<Result<ByteView>> Caller::ReadBody(const wire::Header& header) {
  CO_TRY(const ByteView body, co_await ReadExactly(static_cast<std::size_t>(header.body_bytes)));
  stream_->SetDeadline(kNever);
  broken_ = false;
  co_return body;
}

Task<Result<ByteView>> Caller::ReadExactly(std::size_t count) {
  reply_.resize(count);
  for (std::size_t filled = 0; filled < count;) {
    CO_TRY(const std::size_t read,
           co_await stream_->ReadSome(MutableByteView(reply_).subspan(filled)));
    if (read == 0)
      co_return Error::Make(Code::kUnavailable, "{} has closed the connection", stream_->peer());
    filled += read;
  }
  co_return ByteView(reply_);
}

}  // namespace yundisk::net
