#include "storage_core/storage/http/answer.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "common/http/entity_tags.h"
#include "common/http/media_type.h"
#include "common/http/response_fields.h"

namespace yundisk::storage {
namespace {

constexpr unsigned kNotModified = 304;
constexpr std::uint64_t kMaxCacheSeconds = 365ULL * 86'400;
// Half the digits of the content's SHA-256: no content holds its own.
constexpr std::size_t kBoundaryDigits = 32;

struct Refusal {
  unsigned status;
  std::string_view code;
  std::string_view detail;
};

Refusal Describe(client::UrlFault fault) {
  switch (fault) {
    case client::UrlFault::kNotAnObject:
      return {404, "not_an_object", "Objects are at /<group>/<number>, signed."};
    case client::UrlFault::kUnsigned: return {403, "unsigned", "The address is not signed."};
    case client::UrlFault::kOtherKey:
      return {403, "other_key", "The address is signed with another key."};
    case client::UrlFault::kAltered:
      return {403, "altered", "The signature is not that of this address."};
    case client::UrlFault::kExpired: return {403, "expired", "The address has expired."};
    case client::UrlFault::kTooLong:
      return {403, "expires_too_late", "The address expires later than this storage allows."};
    case client::UrlFault::kMalformed: break;
  }
  return {400, "malformed", "The address is signed but not understood."};
}

std::string_view ReasonOf(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 412: return "Precondition Failed";
    case 416: return "Range Not Satisfiable";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

std::string ContentRange(const http::ByteRange& range, std::uint64_t size_bytes) {
  return fmt::format("Content-Range: bytes {}-{}/{}\r\n", range.offset,
                     range.offset + range.length - 1, size_bytes);
}

// What 200, 206 and 304 share.
std::string Validators(const std::string& etag, const client::ObjectUrl& url, std::uint64_t now_s) {
  return fmt::format("ETag: {}\r\nCache-Control: private, max-age={}, immutable\r\n", etag,
                     std::min(url.expires_at_s - now_s, kMaxCacheSeconds));
}

// What a browser must not run as a page of this server is saved instead.
std::string Safety(std::string_view media_type, const client::ObjectUrl& url) {
  const bool safe = http::IsSafeInline(media_type);
  const std::string_view disposition = url.attachment || !safe ? "attachment" : "inline";
  std::string fields = "Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n";
  if (!safe) fields += "Content-Security-Policy: sandbox; default-src 'none'\r\n";
  if (!url.name.empty())
    fields +=
        fmt::format("Content-Disposition: {}\r\n", http::ContentDisposition(disposition, url.name));
  else if (disposition == "attachment")
    fields += "Content-Disposition: attachment\r\n";
  return fields;
}

http::RangesAnswer RangesOf(const HttpRequest& request, const std::string& etag,
                            std::uint64_t size_bytes) {
  if (request.method != HttpMethod::kGet || request.range.empty()) return http::WholeContent{};
  // A date promises too little; only the tag names the content.
  if (!request.if_range.empty() && request.if_range != etag) return http::WholeContent{};
  return http::ParseRanges(request.range, size_bytes, kMaxRanges);
}

bool IsInside(const http::ByteRange& range, const client::ByteWindow& window) {
  return range.offset >= window.first && range.offset + range.length - 1 <= window.last;
}

Answer NotSatisfiable(std::uint64_t size_bytes) {
  Answer answer = Problem(416, Info(Code::kOutOfRange).name, "The range lies outside the object.");
  answer.fields += fmt::format("Content-Range: bytes */{}\r\n", size_bytes);
  return answer;
}

// Several ranges: multipart/byteranges, RFC 9110 section 14.6.
void SetMultipart(const std::vector<http::ByteRange>& ranges, std::string_view media_type,
                  const ObjectInfo& object, Answer& answer) {
  const std::string boundary = HexFromBytes(object.digest.sha256).substr(0, kBoundaryDigits);
  answer.fields += fmt::format("Content-Type: multipart/byteranges; boundary={}\r\n", boundary);
  for (const http::ByteRange& range : ranges)
    answer.parts.push_back(
        {fmt::format("{}--{}\r\nContent-Type: {}\r\n{}\r\n", answer.parts.empty() ? "" : "\r\n",
                     boundary, media_type, ContentRange(range, object.size_bytes)),
         range});
  answer.end = fmt::format("\r\n--{}--\r\n", boundary);
}

void SetContent(const http::RangesAnswer& asked, std::string_view media_type,
                const ObjectInfo& object, Answer& answer) {
  const auto* ranges = std::get_if<std::vector<http::ByteRange>>(&asked);
  if (ranges != nullptr) answer.status = 206;
  if (ranges != nullptr && ranges->size() > 1) {
    SetMultipart(*ranges, media_type, object, answer);
    return;
  }
  answer.fields += fmt::format("Content-Type: {}\r\n", media_type);
  if (ranges != nullptr) {
    answer.fields += ContentRange(ranges->front(), object.size_bytes);
    answer.parts.push_back({"", ranges->front()});
  } else if (object.size_bytes > 0) {
    answer.parts.push_back({"", {0, object.size_bytes}});
  }
}

// Whether the signed address allows what is asked for.
bool MayRead(const http::RangesAnswer& asked, const client::ObjectUrl& url,
             std::uint64_t size_bytes) {
  if (!url.window) return true;
  if (const auto* ranges = std::get_if<std::vector<http::ByteRange>>(&asked))
    return std::ranges::all_of(
        *ranges, [&](const http::ByteRange& range) { return IsInside(range, *url.window); });
  return size_bytes == 0 || IsInside({0, size_bytes}, *url.window);
}

// An answer that needs no look at the ranges: a condition fails, or is malformed.
std::optional<Answer> ConditionalAnswer(const HttpRequest& request, const client::ObjectUrl& url,
                                        const std::string& etag, std::uint64_t now_s) {
  const auto malformed = [](const Error& error) {
    return Problem(400, Info(Code::kBadRequest).name, error.message());
  };
  if (!request.if_match.empty()) {
    const auto list = http::EtagList::Parse(request.if_match);
    if (!list) return malformed(list.error());
    if (!list->any() && !list->MatchesStrongly(etag))
      return Problem(412, Info(Code::kPreconditionFailed).name, "The object has another ETag.");
  }
  if (!request.if_none_match.empty()) {
    const auto list = http::EtagList::Parse(request.if_none_match);
    if (!list) return malformed(list.error());
    if (list->any() || list->MatchesWeakly(etag)) {
      Answer answer;
      answer.status = kNotModified;
      answer.fields = Validators(etag, url, now_s);
      return answer;
    }
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t Answer::body_bytes() const {
  std::uint64_t bytes = end.size();
  for (const Part& part : parts) bytes += part.before.size() + part.range.length;
  return bytes;
}

Answer Problem(unsigned status, std::string_view code, std::string_view detail) {
  Answer answer;
  answer.status = status;
  answer.fields = "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n";
  answer.end =
      fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}","code":"{}"}})",
                  ReasonOf(status), status, detail, code);
  return answer;
}

Answer RefusalOf(client::UrlFault fault) {
  const Refusal refusal = Describe(fault);
  return Problem(refusal.status, refusal.code, refusal.detail);
}

Answer FailureOf(const Error& error) {
  switch (error.code()) {
    case Code::kNotFound:
    case Code::kDeleted:
      return Problem(404, Info(Code::kNotFound).name, "There is no such object.");
    case Code::kUnavailable:
    case Code::kTimeout:
    case Code::kUnknownNode:
    case Code::kCorrupt:
    case Code::kIo: break;
    default:
      return Problem(500, Info(Code::kInternal).name, "The storage failed; its log tells why.");
  }
  Answer answer = Problem(503, Info(Code::kUnavailable).name,
                          "This storage cannot tell now; another of the group may.");
  answer.fields += "Retry-After: 1\r\n";
  return answer;
}

Answer MethodRefusal() {
  Answer answer =
      Problem(405, Info(Code::kMethodNotAllowed).name, "Objects are read by GET and HEAD.");
  answer.fields += "Allow: GET, HEAD\r\n";
  return answer;
}

Answer AnswerFor(const HttpRequest& request, const client::ObjectUrl& url, const ObjectInfo& object,
                 std::uint64_t now_s) {
  if (url.head_only && request.method != HttpMethod::kHead)
    return Problem(403, "method_not_signed", "The address is for HEAD only.");
  const std::string etag = http::ContentEtag(object.digest.sha256);
  if (auto answer = ConditionalAnswer(request, url, etag, now_s)) return *std::move(answer);
  const http::RangesAnswer asked = RangesOf(request, etag, object.size_bytes);
  if (std::holds_alternative<http::RangeNotSatisfiable>(asked))
    return NotSatisfiable(object.size_bytes);
  if (request.method == HttpMethod::kGet && !MayRead(asked, url, object.size_bytes))
    return Problem(403, "range_not_signed", "The address is for a range that this is not inside.");
  const std::string_view media_type =
      url.media_type.empty() ? http::MediaTypeOf(url.name) : std::string_view(url.media_type);
  Answer answer;
  answer.fields = Validators(etag, url, now_s) + Safety(media_type, url);
  SetContent(asked, media_type, object, answer);
  return answer;
}

std::string HeadOf(const Answer& answer, bool keep_alive, std::int64_t now_ms) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n{}", answer.status,
                                 ReasonOf(answer.status), http::HttpDate(now_ms), answer.fields);
  if (answer.status != kNotModified)
    head += fmt::format("Content-Length: {}\r\n", answer.body_bytes());
  return head + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace yundisk::storage
