#include "cgi/disk/password.h"

#include <string>

#include <sodium/core.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_pwhash_argon2id.h>
#include <sodium/utils.h>

#include "cgi/disk/username.h"
#include "common/base/check.h"

namespace yundisk::disk {
namespace {

static_assert(std::tuple_size_v<PasswordSalt> == crypto_pwhash_argon2id_SALTBYTES);

unsigned char* Raw(MutableByteView bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* Raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Sha256 Hmac(const Sha256& key, std::string_view message) {
  Sha256 result;
  const ByteView bytes = AsBytes(message);
  crypto_auth_hmacsha256(Raw(MutableByteView(result)), Raw(bytes), bytes.size(),
                         Raw(ByteView(key)));
  return result;
}

Sha256 Hash(const Sha256& input) {
  Sha256 result;
  crypto_hash_sha256(Raw(MutableByteView(result)), Raw(ByteView(input)), input.size());
  return result;
}

}  // namespace

ScramKeys KeysOfSaltedPassword(const Sha256& salted_password) {
  const Sha256 client_key = Hmac(salted_password, "Client Key");
  return {client_key, Hash(client_key), Hmac(salted_password, "Server Key")};
}

PasswordDeriver::PasswordDeriver(PasswordCost cost, Random& random) : cost_(cost), random_(random) {
  CHECK(sodium_init() >= 0);
}

Result<Sha256> PasswordDeriver::SaltedPassword(std::string_view password, const PasswordSalt& salt,
                                               PasswordCost cost) {
  std::string normalized = NormalizedNfc(password);
  if (!turns_.try_acquire_for(kDerivationWait))
    return Error(Code::kUnavailable, "too many people sign in at this moment");
  Sha256 salted;
  const int failed = crypto_pwhash_argon2id(
      Raw(MutableByteView(salted)), salted.size(), normalized.data(), normalized.size(),
      Raw(ByteView(salt)), cost.passes, std::size_t{cost.memory_kib} * 1024,
      crypto_pwhash_argon2id_ALG_ARGON2ID13);
  turns_.release();
  sodium_memzero(normalized.data(), normalized.size());
  if (failed != 0)
    return Error::Make(Code::kUnavailable, "deriving a key needs {} KiB of memory",
                       cost.memory_kib);
  return salted;
}

Result<PasswordVerifier> PasswordDeriver::MakeVerifier(std::string_view password) {
  PasswordSalt salt;
  random_.Fill(salt);
  TRY(const Sha256 salted, SaltedPassword(password, salt, cost_));
  const ScramKeys keys = KeysOfSaltedPassword(salted);
  return PasswordVerifier{salt, cost_, keys.stored_key, keys.server_key};
}

Result<bool> PasswordDeriver::Matches(std::string_view password, const PasswordVerifier& verifier) {
  TRY(const Sha256 salted, SaltedPassword(password, verifier.salt, verifier.cost));
  const ScramKeys keys = KeysOfSaltedPassword(salted);
  return sodium_memcmp(keys.stored_key.data(), verifier.stored_key.data(),
                       keys.stored_key.size()) == 0;
}

Result<void> PasswordDeriver::PretendToMatch(std::string_view password) {
  TRY_VOID(Matches(password, PasswordVerifier{{}, cost_, {}, {}}));
  return {};
}

}  // namespace yundisk::disk
