#include "common/net/authenticator.h"

namespace yundisk::net {

Authenticator::Authenticator(const std::optional<wire::Secret>& secret, Random& random)
    : secret_(&secret), random_(&random), state_(secret ? State::kNew : State::kOpen) {}

Result<wire::Greeting> Authenticator::OnHello(const wire::Hello& hello) {
  if (state_ == State::kOpen)
    return Error(Code::kBadRequest, "hello: there is nothing to authenticate on this connection");
  if (state_ != State::kNew) return Error(Code::kUnauthenticated, "hello: said twice");
  nonces_.client = hello.client_nonce;
  random_->Fill(nonces_.server);
  state_ = State::kGreeted;
  return wire::Greeting{nonces_.server, wire::ServerProof(**secret_, nonces_)};
}

Result<void> Authenticator::OnProve(const wire::Prove& prove) {
  if (state_ == State::kOpen)
    return Error(Code::kBadRequest, "prove: there is nothing to authenticate on this connection");
  if (state_ != State::kGreeted) return Error(Code::kUnauthenticated, "prove: hello comes first");
  if (!wire::SameProof(prove.proof, wire::ClientProof(**secret_, nonces_)))
    return Error(Code::kUnauthenticated, "prove: the proof is wrong; another cluster's secret?");
  state_ = State::kOpen;
  return {};
}

}  // namespace yundisk::net
