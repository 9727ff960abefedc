// The shared secret of a cluster and the proofs that two ends know it (commands 1 and 2).
//
//   client                                    server
//   hello: client nonce           ->
//                                 <-          server nonce, HMAC(secret, "server" + both nonces)
//   prove: HMAC(secret, "client"
//          + both nonces)         ->          compares, opens the connection for other commands
//
// The client checks the server's proof before it sends its own; each nonce is used once.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/base/shared_config.h"
#include "common/protocol/messages.h"

namespace yundisk::wire {

using Secret = std::array<std::byte, 32>;

struct Nonces {
  Nonce client{};
  Nonce server{};
};

Proof ServerProof(const Secret& secret, const Nonces& nonces);
Proof ClientProof(const Secret& secret, const Nonces& nonces);
// Of a packet (udp.h): over the label "packet" and the bytes.
Proof PacketProof(const Secret& secret, ByteView packet);
// In constant time.
bool SameProof(const Proof& a, const Proof& b);

// 64 hexadecimal digits, white space around them ignored. The error never quotes the text.
Result<Secret> ParseSecret(std::string_view hex);
// Refuses a file that others than its owner can read or write. Blocks on the file.
Result<Secret> ReadSecretFile(const std::string& path);
// The secret that the table [cluster] names; empty with auth = "none".
Result<std::optional<Secret>> ClusterSecret(const ClusterConfig& config);

}  // namespace yundisk::wire
