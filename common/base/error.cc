#include "common/base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "common/base/check.h"

namespace yundisk {
namespace {

constexpr std::array kCodes{
    CodeInfo{Code::kBadRequest, "bad_request", 1, 400, "The request is not valid"},
    CodeInfo{Code::kNotFound, "not_found", 2, 404, "There is no such thing"},
    CodeInfo{Code::kExists, "exists", 3, 409, "It exists already"},
    CodeInfo{Code::kDeleted, "deleted", 4, 410, "It was deleted for good"},
    CodeInfo{Code::kOutOfRange, "out_of_range", 5, 416, "The range lies outside"},
    CodeInfo{Code::kUnavailable, "unavailable", 6, 503, "A part is not available now"},
    CodeInfo{Code::kNoSpace, "no_space", 7, 507, "There is no space left"},
    CodeInfo{Code::kTooFewReplicas, "too_few_replicas", 8, 503, "Too few copies can be made now"},
    CodeInfo{Code::kUnauthenticated, "unauthenticated", 9, 401, "Sign in first"},
    CodeInfo{Code::kUnknownNode, "unknown_node", 10, 503, "The node is not known"},
    CodeInfo{Code::kInternal, "internal", 11, 500, "Something failed inside"},
    CodeInfo{Code::kForbidden, "forbidden", 1, 403, "This is not allowed"},
    CodeInfo{Code::kConflict, "conflict", 1, 409, "The state of the target does not allow it"},
    CodeInfo{Code::kPreconditionFailed, "precondition_failed", 1, 412, "It changed meanwhile"},
    CodeInfo{Code::kTooLarge, "too_large", 1, 413, "It is over the limit"},
    CodeInfo{Code::kQuotaExceeded, "quota_exceeded", 7, 507, "The quota is used up"},
    CodeInfo{Code::kDigestMismatch, "digest_mismatch", 1, 400,
             "The content does not match its digest"},
    CodeInfo{Code::kMethodNotAllowed, "method_not_allowed", 1, 405,
             "This method does not apply here"},
    CodeInfo{Code::kUnsupportedMedia, "unsupported_media_type", 1, 415,
             "This kind of body is not read here"},
    CodeInfo{Code::kTooManyRequests, "too_many_requests", 6, 429, "Too many requests"},
    CodeInfo{Code::kLengthRequired, "length_required", 1, 411, "A length is needed"},
    CodeInfo{Code::kTimeout, "timeout", 6, 503, "It took too long"},
    CodeInfo{Code::kCorrupt, "corrupt", 11, 500, "Stored bytes are damaged"},
    CodeInfo{Code::kIo, "io_error", 11, 500, "Reading or writing failed"},
};

constexpr std::size_t kWireCodes = 11;

}  // namespace

const CodeInfo& Info(Code code) {
  const auto found = std::ranges::find(kCodes, code, &CodeInfo::code);
  CHECK(found != kCodes.end());
  return *found;
}

Code CodeFromWire(std::uint16_t wire_number) {
  if (wire_number == 0 || wire_number > kWireCodes) return Code::kInternal;
  return static_cast<Code>(wire_number);
}

Error Error::FromErrno(int error_number, std::string_view what) {
  const Code code = error_number == ENOSPC || error_number == EDQUOT ? Code::kNoSpace
                    : error_number == ENOENT                         ? Code::kNotFound
                                                                     : Code::kIo;
  return Make(code, "{}: {}", what, std::generic_category().message(error_number));
}

Error Error::Within(std::string_view context) const {
  return Make(code_, "{}: {}", context, message_);
}

}  // namespace yundisk
