// What is answered to a request, decided before a byte of content is read. Pure functions, so all
// of HTTP's rules are tested without a connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/http/ranges.h"
#include "storage_core/client/object_url.h"
#include "storage_core/storage/http/request.h"
#include "storage_core/storage/object.h"

namespace yundisk::storage {

// More ranges in one request are answered with the whole content.
inline constexpr std::size_t kMaxRanges = 16;

struct Answer {
  // A range of the object and what stands before it.
  struct Part {
    std::string before;
    http::ByteRange range;
  };

  unsigned status = 200;
  std::string fields;  // "Name: value\r\n" lines
  std::vector<Part> parts;
  std::string end;  // what follows the last part; of a refusal, its problem document

  std::uint64_t body_bytes() const;
};

// RFC 9457. `code` is stable; `detail` is plain text without quotes.
Answer Problem(unsigned status, std::string_view code, std::string_view detail);
Answer RefusalOf(client::UrlFault fault);
// Of an engine's error. What this storage cannot answer now, another replica may: 503.
Answer FailureOf(const Error& error);
// Of a method that is neither GET nor HEAD.
Answer MethodRefusal();

// For an object that is here; `url` is what the request's signed address says.
Answer AnswerFor(const HttpRequest& request, const client::ObjectUrl& url, const ObjectInfo& object,
                 std::uint64_t now_s);

// Status line, fields, the length and the connection's fate, and the empty line.
std::string HeadOf(const Answer& answer, bool keep_alive, std::int64_t now_ms);

}  // namespace yundisk::storage
