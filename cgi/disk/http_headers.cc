#include "cgi/disk/http_headers.h"

#include <algorithm>

#include <sodium.h>

#include "common/http/trim.h"

namespace yundisk::disk {
namespace {

std::optional<Sha256> Sha256FromBase64(std::string_view base64) {
  Sha256 digest;
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                        base64.data(), base64.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    return std::nullopt;
  if (length != digest.size() || end != base64.data() + base64.size()) return std::nullopt;
  return digest;
}

bool IsDictionaryKey(std::string_view key) {
  return !key.empty() && (key[0] == '*' || (key[0] >= 'a' && key[0] <= 'z')) &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.*") ==
             std::string_view::npos;
}

struct DigestMember {
  std::string_view algorithm;
  std::string_view base64;
};

// One `algorithm=:base64:` of the dictionary. Parameters are not used by RFC 9530 and refused.
std::optional<DigestMember> ParseDigestMember(std::string_view member) {
  const std::size_t equals = member.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view value = member.substr(equals + 1);
  if (value.size() < 2 || !value.starts_with(':') || !value.ends_with(':')) return std::nullopt;
  DigestMember parsed{member.substr(0, equals), value.substr(1, value.size() - 2)};
  if (!IsDictionaryKey(parsed.algorithm)) return std::nullopt;
  return parsed;
}

}  // namespace

Result<Conditions> Conditions::Parse(std::string_view if_match, std::string_view if_none_match) {
  Conditions conditions;
  if (!if_match.empty()) { TRY(conditions.if_match, http::EtagList::Parse(if_match)); }
  if (!if_none_match.empty()) {
    TRY(conditions.if_none_match, http::EtagList::Parse(if_none_match));
  }
  return conditions;
}

Result<void> Conditions::Check(const std::optional<std::string>& etag) const {
  if (if_match) {
    if (!etag) return Error(Code::kPreconditionFailed, "If-Match: there is nothing at this path");
    if (!if_match->any() && !if_match->MatchesStrongly(*etag))
      return Error::Make(Code::kPreconditionFailed, "If-Match: the state is {} now", *etag);
  }
  if (if_none_match && etag && (if_none_match->any() || if_none_match->MatchesWeakly(*etag)))
    return Error::Make(Code::kPreconditionFailed, "If-None-Match: the state is {} now", *etag);
  return {};
}

Result<std::optional<Sha256>> ParseReprDigest(std::string_view value) {
  std::optional<Sha256> digest;
  if (http::Trimmed(value).empty()) return digest;
  for (std::string_view rest = value;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto member = ParseDigestMember(http::Trimmed(rest.substr(0, comma)));
    if (!member) return Error(Code::kBadRequest, "Repr-Digest: not of the form sha-256=:<base64>:");
    if (member->algorithm == "sha-256") {
      digest = Sha256FromBase64(member->base64);
      if (!digest)
        return Error(Code::kBadRequest, "Repr-Digest: sha-256 is not 32 bytes of base64");
    }
    if (comma == rest.size()) return digest;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace yundisk::disk
