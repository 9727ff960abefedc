// The one error table: our codes, their numbers on the wire, their HTTP status and their text.
//
// An Error says what failed for a reason outside the program (a peer, a disk, a user, the
// database). Bugs of ours are CHECKs (check.h). Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace yundisk {

// The first eleven are the wire's error numbers (1 to 11, WIRE error numbers); the others never
// leave a daemon: they become kInternal, kUnavailable or kBadRequest there (see WireNumber).
enum class Code : std::uint16_t {
  kBadRequest = 1,
  kNotFound,
  kExists,
  kDeleted,
  kOutOfRange,
  kUnavailable,
  kNoSpace,
  kTooFewReplicas,
  kUnauthenticated,
  kUnknownNode,
  kInternal,
  // Beyond the wire.
  kForbidden,
  kConflict,  // the state of the target does not allow it (a folder in the way, not empty)
  kPreconditionFailed,  // If-Match, If-None-Match
  kTooLarge,            // over a named limit
  kQuotaExceeded,
  kDigestMismatch,  // the content is not what the client's digest says
  kMethodNotAllowed,
  kUnsupportedMedia,
  kTooManyRequests,
  kLengthRequired,
  kTimeout,  // a deadline passed
  kCorrupt,  // a checksum does not match
  kIo,       // a system call on a file failed
};

// `name` is stable: it is the `code` of the HTTP problem documents and of the command line's
// --json.
struct CodeInfo {
  Code code;
  std::string_view name;
  std::uint16_t wire_number;
  std::uint16_t http_status;
  std::string_view title;
};

const CodeInfo& Info(Code code);

// The code of a wire error number; an unknown number is kInternal.
Code CodeFromWire(std::uint16_t wire_number);

// A code and a message that names the operation, the object and the cause, and never a secret.
class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  template <typename... Args>
  static Error Make(Code code, fmt::format_string<Args...> format, Args&&... args) {
    return Error(code, fmt::format(format, std::forward<Args>(args)...));
  }
  // What a system call reported: "<what>: <strerror>". ENOSPC and EDQUOT become kNoSpace, ENOENT
  // kNotFound, anything else kIo.
  static Error FromErrno(int error_number, std::string_view what);

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  // The same error with "<context>: " before its message.
  Error Within(std::string_view context) const;

 private:
  Code code_;
  std::string message_;
};

}  // namespace yundisk
