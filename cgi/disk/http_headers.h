// The HTTP header fields that the endpoints understand, as values. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::disk {

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

// What must hold for a request to go on.
struct Conditions {
  std::optional<EtagList> if_match;
  std::optional<EtagList> if_none_match;

  // Empty values are absent headers.
  static Result<Conditions> Parse(std::string_view if_match, std::string_view if_none_match);
  // For a request that changes something; `etag` is empty when there is nothing at the path yet.
  // kPreconditionFailed.
  Result<void> Check(const std::optional<std::string>& etag) const;
};

// The sha-256 of Repr-Digest, RFC 9530: a dictionary of byte sequences (RFC 8941). Nothing when the
// field is absent or names other algorithms only; kBadRequest when it is malformed.
Result<std::optional<Sha256>> ParseReprDigest(std::string_view value);

struct ByteRange {
  std::uint64_t offset;
  std::uint64_t length;  // never 0
  bool operator==(const ByteRange&) const = default;
};
struct WholeContent {
  bool operator==(const WholeContent&) const = default;
};
struct RangeNotSatisfiable {
  bool operator==(const RangeNotSatisfiable&) const = default;
};
using RangeAnswer = std::variant<WholeContent, ByteRange, RangeNotSatisfiable>;

// RFC 9110 section 14.2. A malformed field, another unit and several ranges are answered with the
// whole content, as the RFC allows.
RangeAnswer ParseRange(std::string_view value, std::uint64_t size_bytes);

// `"<sha-256 in hexadecimal>"`: the content itself, so a strong tag on every machine.
std::string ContentEtag(const Sha256& sha256);

// RFC 6266 and 8187: an ASCII stand-in and the true name. `disposition`: "inline" or "attachment".
std::string ContentDisposition(std::string_view disposition, std::string_view name);

}  // namespace yundisk::disk
