#include "cgi/disk/session_token.h"

#include <array>

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>

namespace yundisk::disk {
namespace {

using TokenBytes = std::array<std::byte, 32>;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

Sha256 Hash(std::string_view text) {
  Sha256 hash;
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hash;
}

std::string Encode(const TokenBytes& bytes) {
  std::string text(kSessionTokenCharacters + 1, '\0');  // the library writes a NUL too
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.pop_back();
  return text;
}

}  // namespace

SessionToken SessionToken::Draw(std::int64_t user_id, Random& random) {
  TokenBytes bytes;
  random.Fill(bytes);
  StoreBig(bytes.data(), static_cast<std::uint64_t>(user_id));
  std::string text = Encode(bytes);
  const Sha256 hash = Hash(text);
  return {std::move(text), user_id, hash};
}

std::optional<SessionToken> SessionToken::Parse(std::string_view text) {
  if (text.size() != kSessionTokenCharacters) return std::nullopt;
  TokenBytes bytes;
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &length, &end, kVariant) != 0 ||
      length != bytes.size() || end != text.data() + text.size())
    return std::nullopt;
  return SessionToken{std::string(text),
                      static_cast<std::int64_t>(LoadBig<std::uint64_t>(bytes.data())), Hash(text)};
}

}  // namespace yundisk::disk
