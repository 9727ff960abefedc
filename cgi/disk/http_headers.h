// The HTTP header fields of requests that change something, as values. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/http/entity_tags.h"

namespace yundisk::disk {

// What must hold for a request to go on.
struct Conditions {
  std::optional<http::EtagList> if_match;
  std::optional<http::EtagList> if_none_match;

  // Empty values are absent headers.
  static Result<Conditions> Parse(std::string_view if_match, std::string_view if_none_match);
  // For a request that changes something; `etag` is empty when there is nothing at the path yet.
  // kPreconditionFailed.
  Result<void> Check(const std::optional<std::string>& etag) const;
};

// The sha-256 of Repr-Digest, RFC 9530: a dictionary of byte sequences (RFC 8941). Nothing when the
// field is absent or names other algorithms only; kBadRequest when it is malformed.
Result<std::optional<Sha256>> ParseReprDigest(std::string_view value);

}  // namespace yundisk::disk
