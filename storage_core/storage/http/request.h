// The head of an HTTP/1 request, parsed by Boost.Beast. Pure functions and a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::storage {

inline constexpr std::size_t kMaxHeadBytes = std::size_t{16} << 10U;

enum class HttpMethod : std::uint8_t { kGet, kHead, kOther };

struct HttpRequest {
  HttpMethod method = HttpMethod::kOther;
  std::string target;  // path and query, as they were sent
  // Fields; empty when absent, joined by commas when repeated.
  std::string range;
  std::string if_range;
  std::string if_match;
  std::string if_none_match;
  bool keep_alive = false;
  bool has_body = false;  // nobody reads it: the connection ends with the answer
};

// The length of the head that `input` begins with, its empty line included; 0 when that has not
// come yet. The first `known_bytes` were looked at before.
std::size_t HeadLength(ByteView input, std::size_t known_bytes);

// `head`: exactly one. kBadRequest.
Result<HttpRequest> ParseHead(ByteView head);

}  // namespace yundisk::storage
