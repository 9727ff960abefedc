// A request as an endpoint sees it: views over the FastCGI parameters. It knows nothing of libfcgi,
// so handlers are unit-tested without it (tests/support/test_request.h makes one from values).
// Bound to the thread that serves it; everything borrowed ends with the handler.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::fcgi {

// The body, streamed. Bounded memory whatever its length.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Up to buffer.size() bytes; 0 at the end.
  virtual Result<std::size_t> Read(MutableByteView buffer) = 0;
};

struct Request {
  // `parameters`: "NAME=value" strings, ended by a null pointer, as nginx named them. Both are
  // borrowed.
  Request(const char* const* parameters, BodyReader& body);

  std::string_view method;  // upper case
  std::string_view target;  // REQUEST_URI as the client sent it: not decoded, not normalised
  std::string_view remote_address;  // the client's, as nginx sees it
  bool is_tls = false;
  std::optional<std::uint64_t> content_length;
  BodyReader* body;  // borrowed; never null

  std::string_view path() const;   // target up to '?'
  std::string_view query() const;  // after '?', may be empty

  // Empty when absent.
  std::string_view Header(std::string_view lower_case_name) const;  // e.g. "if-match"
  std::string_view Param(std::string_view name) const;              // e.g. "REQUEST_BODY_FILE"
  std::optional<std::string_view> Cookie(std::string_view name) const;
  // The first value of a query parameter, percent-decoded ('+' is a space); a malformed escape is
  // kBadRequest.
  Result<std::optional<std::string>> QueryValue(std::string_view name) const;
  // Reads the whole body; kTooLarge above `limit_bytes`, kBadRequest when it ends before
  // Content-Length.
  Result<std::string> ReadBody(std::size_t limit_bytes);

 private:
  const char* const* parameters_;
};

}  // namespace yundisk::fcgi
