#include "cgi/disk/http_headers.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <sodium.h>

#include "common/fastcgi/request.h"

namespace yundisk::disk {
namespace {

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// RFC 9110: etagc is %x21, %x23-7E and bytes beyond ASCII.
bool IsEtagCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != '"' && byte != 0x7f;
}

// Takes `"..."` from the front of `text`, quotes included; empty when there is none.
std::string_view TakeOpaqueTag(std::string_view& text) {
  if (!text.starts_with('"')) return {};
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return {};
  const std::string_view tag = text.substr(0, end + 1);
  if (!std::ranges::all_of(tag.substr(1, end - 1), IsEtagCharacter)) return {};
  text.remove_prefix(end + 1);
  return tag;
}

// Whole digits only; nothing on overflow.
std::optional<std::uint64_t> Number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

RangeAnswer SuffixRange(std::string_view length_text, std::uint64_t size_bytes) {
  if (!AllDigits(length_text)) return WholeContent{};
  const std::uint64_t length = std::min(Number(length_text).value_or(size_bytes), size_bytes);
  if (length == 0) return RangeNotSatisfiable{};
  return ByteRange{size_bytes - length, length};
}

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

Result<EtagList> EtagList::Parse(std::string_view value) {
  EtagList list;
  std::string_view rest = Trimmed(value);
  list.any_ = rest == "*";
  while (!list.any_) {
    const bool weak = rest.starts_with("W/");
    if (weak) rest.remove_prefix(2);
    const std::string_view opaque = TakeOpaqueTag(rest);
    if (opaque.empty())
      return Error(Code::kBadRequest, "If-Match or If-None-Match: neither '*' nor entity tags");
    if (list.tags_.size() == kEtagsMax)
      return Error::Make(Code::kBadRequest, "If-Match or If-None-Match: over {} tags", kEtagsMax);
    list.tags_.push_back({std::string(opaque), weak});
    rest = Trimmed(rest);
    if (rest.empty()) break;
    if (!rest.starts_with(','))
      return Error(Code::kBadRequest, "If-Match or If-None-Match: a comma is missing");
    rest = Trimmed(rest.substr(1));
  }
  return list;
}

bool EtagList::MatchesStrongly(std::string_view etag) const {
  return std::ranges::any_of(tags_,
                             [&](const Tag& tag) { return !tag.weak && tag.opaque == etag; });
}

bool EtagList::MatchesWeakly(std::string_view etag) const {
  return std::ranges::any_of(tags_, [&](const Tag& tag) { return tag.opaque == etag; });
}

Result<Conditions> Conditions::Parse(std::string_view if_match, std::string_view if_none_match) {
  Conditions conditions;
  if (!if_match.empty()) { TRY(conditions.if_match, EtagList::Parse(if_match)); }
  if (!if_none_match.empty()) { TRY(conditions.if_none_match, EtagList::Parse(if_none_match)); }
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
  if (Trimmed(value).empty()) return digest;
  for (std::string_view rest = value;;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto member = ParseDigestMember(Trimmed(rest.substr(0, comma)));
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

RangeAnswer ParseRange(std::string_view value, std::uint64_t size_bytes) {
  constexpr std::string_view kUnit = "bytes=";
  value = Trimmed(value);
  if (!value.starts_with(kUnit)) return WholeContent{};
  value = Trimmed(value.substr(kUnit.size()));
  const std::size_t dash = value.find('-');
  if (dash == std::string_view::npos) return WholeContent{};
  const std::string_view first_text = value.substr(0, dash);
  const std::string_view last_text = value.substr(dash + 1);
  if (first_text.empty()) return SuffixRange(last_text, size_bytes);
  if (!AllDigits(first_text) || !(last_text.empty() || AllDigits(last_text))) return WholeContent{};
  // A number beyond 64 bits is beyond every content.
  const std::uint64_t first = Number(first_text).value_or(UINT64_MAX);
  const std::uint64_t last =
      last_text.empty() ? UINT64_MAX : Number(last_text).value_or(UINT64_MAX);
  if (last < first) return WholeContent{};
  if (first >= size_bytes) return RangeNotSatisfiable{};
  return ByteRange{first, std::min(last, size_bytes - 1) - first + 1};
}

std::string ContentEtag(const Sha256& sha256) { return '"' + HexFromBytes(sha256) + '"'; }

std::string ContentDisposition(std::string_view disposition, std::string_view name) {
  std::string ascii(name);
  std::ranges::replace_if(
      ascii, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%'; }, '_');
  std::string value = fmt::format("{}; filename=\"{}\"", disposition, ascii);
  if (ascii != name) value += "; filename*=UTF-8''" + fcgi::PercentEncode(name);
  return value;
}

}  // namespace yundisk::disk
