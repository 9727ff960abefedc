#include "common/http/entity_tags.h"

#include <algorithm>

#include "common/http/trim.h"

namespace yundisk::http {
namespace {

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

std::string ContentEtag(const Sha256& sha256) { return '"' + HexFromBytes(sha256) + '"'; }

}  // namespace yundisk::http
