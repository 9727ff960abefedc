// HMAC-SHA-256: proofs of the wire, keys derived from a secret, signed links. Pure functions.
#pragma once

#include "common/base/bytes.h"

namespace yundisk::wire {

Sha256 HmacSha256(ByteView key, ByteView message);

// In constant time for texts of one length. What an attacker sent is compared with this alone.
bool SameSecret(ByteView a, ByteView b);

}  // namespace yundisk::wire
