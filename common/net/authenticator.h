// The server's side of authentication as a state machine: hello, prove, then anything.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/random.h"
#include "common/base/result.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"

namespace yundisk::net {

// Bound to one connection.
class Authenticator {
 public:
  // Borrows `random`. Without a secret every command is open from the start.
  Authenticator(const std::optional<wire::Secret>& secret, Random& random);

  bool needed() const { return state_ != State::kOpen; }

  // Both fail with kUnauthenticated when they come out of turn or the proof is wrong: the
  // connection must close; and with kBadRequest when there is nothing to authenticate: it stays.
  Result<wire::Greeting> OnHello(const wire::Hello& hello);
  Result<void> OnProve(const wire::Prove& prove);

 private:
  enum class State : std::uint8_t { kNew, kGreeted, kOpen };

  const std::optional<wire::Secret>* secret_;
  Random* random_;
  State state_;
  wire::Nonces nonces_;
};

}  // namespace yundisk::net
