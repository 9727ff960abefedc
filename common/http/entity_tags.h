// Entity tags, RFC 9110 sections 8.8.3 and 13.1. Pure functions and values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::http {

inline constexpr std::size_t kEtagsMax = 64;

// The value of If-Match or If-None-Match, RFC 9110 section 13.1.
class EtagList {
 public:
  // kBadRequest when `value` is neither "*" nor a list of entity tags, or has over kEtagsMax.
  static Result<EtagList> Parse(std::string_view value);

  bool any() const { return any_; }  // "*"
  // `etag` with its quotes. Weak tags of the list never match strongly.
  bool MatchesStrongly(std::string_view etag) const;
  bool MatchesWeakly(std::string_view etag) const;

 private:
  struct Tag {
    std::string opaque;  // with its quotes
    bool weak;
  };
  bool any_ = false;
  std::vector<Tag> tags_;
};

// `"<sha-256 in hexadecimal>"`: the content itself, so a strong tag on every machine.
std::string ContentEtag(const Sha256& sha256);

}  // namespace yundisk::http
