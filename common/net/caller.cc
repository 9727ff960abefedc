#include "common/net/caller.h"

#include <array>

#include "common/protocol/commands.h"
#include "common/protocol/failure.h"
#include "common/protocol/header.h"

namespace yundisk::net {

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

Task<Result<ByteView>> Caller::Exchange(wire::Command command) {
  broken_ = true;  // until the reply is whole
  stream_->SetDeadline(clock_->Steady() + timeout_);
  const std::array parts{ByteView(frame_)};
  CO_TRY_VOID(co_await stream_->Write(parts));
  CO_TRY(const ByteView head, co_await ReadExactly(wire::kHeaderBytes));
  const wire::Header header = wire::DecodeHeader(head.first<wire::kHeaderBytes>());
  CO_TRY_VOID(wire::CheckReply(service_, command, header));
  CO_TRY(const ByteView body, co_await ReadExactly(static_cast<std::size_t>(header.body_bytes)));
  stream_->SetDeadline(kNever);
  broken_ = false;
  if (header.status == wire::kFailure) co_return wire::ErrorFrom(body);
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
