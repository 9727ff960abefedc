#include "cgi/disk/signed_link.h"

#include "cgi/disk/base64.h"
#include "common/protocol/hmac.h"

namespace yundisk::disk {
namespace {

constexpr std::byte kVersion{1};
constexpr std::size_t kClaimBytes = 1 + 8 + 8 + 8;
constexpr std::size_t kTokenBytes = kClaimBytes + sizeof(Sha256);
constexpr std::string_view kKeyLabel = "yundisk signed links 1";

}  // namespace

LinkSigner::LinkSigner(ByteView secret) : key_(wire::HmacSha256(secret, AsBytes(kKeyLabel))) {}

std::string LinkSigner::Sign(const LinkClaim& claim) const {
  Bytes token(kClaimBytes);
  token[0] = kVersion;
  StoreBig(&token[1], static_cast<std::uint64_t>(claim.user_id));
  StoreBig(&token[9], static_cast<std::uint64_t>(claim.node_id));
  StoreBig(&token[17], claim.expires_at_s);
  const Sha256 code = wire::HmacSha256(key_, token);
  token.insert(token.end(), code.begin(), code.end());
  return Base64UrlEncode(token);
}

Result<LinkClaim> LinkSigner::Verify(std::string_view token, std::uint64_t now_s) const {
  const Error wrong(Code::kNotFound, "the link is not valid");
  const auto bytes = Base64UrlDecode(token, kTokenBytes);
  if (!bytes || bytes->size() != kTokenBytes) return wrong;
  const ByteView claim_bytes = ByteView(*bytes).first(kClaimBytes);
  const Sha256 code = wire::HmacSha256(key_, claim_bytes);
  if (!wire::SameSecret(code, ByteView(*bytes).subspan(kClaimBytes))) return wrong;
  if (claim_bytes[0] != kVersion) return wrong;
  const LinkClaim claim{static_cast<std::int64_t>(LoadBig<std::uint64_t>(&claim_bytes[1])),
                        static_cast<std::int64_t>(LoadBig<std::uint64_t>(&claim_bytes[9])),
                        LoadBig<std::uint64_t>(&claim_bytes[17])};
  if (now_s >= claim.expires_at_s) return Error(Code::kDeleted, "the link has expired");
  return claim;
}

}  // namespace yundisk::disk
