// Passwords as SCRAM verifiers: what RFC 5802 has a server keep, with SHA-256 (RFC 7677) and
// Argon2id in the place of PBKDF2, so that a stolen table is slow to try.
//
//   SaltedPassword = Argon2id(NFC(password), salt, memory, passes), 32 bytes
//   StoredKey      = SHA-256(HMAC-SHA-256(SaltedPassword, "Client Key"))
//   ServerKey      = HMAC-SHA-256(SaltedPassword, "Server Key")
//
// Verifiers are values. A PasswordDeriver is thread-safe and bounds how many derivations run at
// once, because each holds its memory.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <semaphore>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace yundisk::disk {

inline constexpr std::size_t kPasswordMinCharacters = 8;
inline constexpr std::size_t kPasswordMaxCharacters = 1024;
inline constexpr int kDerivationsAtOnce = 2;
// A derivation that does not get its turn by then is refused with kUnavailable.
inline constexpr std::chrono::seconds kDerivationWait{5};

using PasswordSalt = std::array<std::byte, 16>;

struct PasswordCost {
  std::uint32_t memory_kib;
  std::uint32_t passes;
};

struct PasswordVerifier {
  PasswordSalt salt;
  PasswordCost cost;
  Sha256 stored_key;
  Sha256 server_key;
};

// The keys of a salted password; separate from the derivation for clients that derive themselves.
struct ScramKeys {
  Sha256 client_key;
  Sha256 stored_key;
  Sha256 server_key;
};
ScramKeys KeysOfSaltedPassword(const Sha256& salted_password);

class PasswordDeriver {
 public:
  // `cost` is for new verifiers. `random` outlives it.
  PasswordDeriver(PasswordCost cost, Random& random);

  Result<PasswordVerifier> MakeVerifier(std::string_view password);
  Result<bool> Matches(std::string_view password, const PasswordVerifier& verifier);
  // Costs what Matches costs for a verifier of today; never true. For names that do not exist, so
  // that time does not tell which do.
  Result<void> PretendToMatch(std::string_view password);

 private:
  Result<Sha256> SaltedPassword(std::string_view password, const PasswordSalt& salt,
                                PasswordCost cost);

  const PasswordCost cost_;
  Random& random_;
  std::counting_semaphore<> turns_{kDerivationsAtOnce};
};

}  // namespace yundisk::disk
