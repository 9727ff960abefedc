#include "cgi/download/file_response.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "cgi/disk/http_headers.h"
#include "cgi/disk/request_fields.h"
#include "common/http/media_type.h"
#include "common/http/percent.h"
#include "common/http/ranges.h"
#include "common/http/response_fields.h"

namespace yundisk::download {
namespace {

using fcgi::Request;
using fcgi::Response;
using http::ByteRange;

constexpr std::string_view kInternalObjects = "/internal/objects/";
constexpr std::string_view kInternalPeer = "/internal/peer";
// What nginx passes as YUNDISK_STREAM when it comes back: the file is not on this machine; no
// storage of its group answers by HTTP.
constexpr std::string_view kNotHere = "1";

Result<bool> WantsAttachment(const Request& request) {
  TRY(const auto download, request.QueryValue("download"));
  return download.value_or("") == "1";
}

void SetValidators(const disk::Node& file, Response& response) {
  response.Set("ETag", file.Etag());
  response.Set("Last-Modified", http::HttpDate(file.modified_at_ms));
  response.Set("Cache-Control", "private, no-cache");
}

void SetContentHeaders(const disk::Node& file, bool attachment, Response& response) {
  const std::string_view type = http::MediaTypeOf(file.name);
  const bool safe = http::IsSafeInline(type);
  response.Set("Content-Type", std::string(type));
  response.Set("Content-Disposition",
               http::ContentDisposition(attachment || !safe ? "attachment" : "inline", file.name));
  response.Set("X-Content-Type-Options", "nosniff");
  if (!safe) response.Set("Content-Security-Policy", "sandbox; default-src 'none'");
}

bool IsConditional(const Request& request) {
  return !request.Header("if-match").empty() || !request.Header("if-unmodified-since").empty();
}

// The part that the client asks for. If-Range must name the content by its ETag; a date is too
// coarse to promise that the content is the same.
http::RangeAnswer RangeOf(const disk::Node& file, const Request& request) {
  const std::string_view if_range = request.Header("if-range");
  if (request.method != "GET" || (!if_range.empty() && if_range != file.Etag()))
    return http::WholeContent{};
  return http::ParseRange(request.Header("range"), file.content->size_bytes);
}

void SetRange(const ByteRange& range, std::uint64_t size_bytes, Response& response) {
  response.status = 206;
  response.Set("Content-Range", fmt::format("bytes {}-{}/{}", range.offset,
                                            range.offset + range.length - 1, size_bytes));
}

Response NotSatisfiable(std::uint64_t size_bytes) {
  Response response = fcgi::Problem(
      Error::Make(Code::kOutOfRange, "the range lies outside the {} bytes", size_bytes));
  response.Set("Content-Range", fmt::format("bytes */{}", size_bytes));
  return response;
}

Result<void> SetSmallBody(const disk::Content& content, const std::optional<ByteRange>& range,
                          Contents& contents, Response& response) {
  TRY(response.body, contents.ReadSmall(content));
  if (range)
    response.body =
        std::make_shared<const std::string>(response.body->substr(range->offset, range->length));
  return {};
}

void SetStream(const disk::Content& content, const ByteRange& part, Contents& contents,
               Response& response) {
  response.Set("Content-Length", std::to_string(part.length));
  response.stream = [content, part, &contents](const fcgi::BodyWriter& write) {
    return contents.Stream(content, part.offset, part.length, [&](ByteView piece) -> Result<void> {
      if (write(AsText(piece))) return {};
      return Error(Code::kUnavailable, "the client is gone");
    });
  };
}

// The bytes come from us: whole, or the range.
Result<Response> OwnBody(const disk::Node& file, const Request& request, Contents& contents,
                         Response response) {
  const disk::Content& content = *file.content;
  const http::RangeAnswer answer = RangeOf(file, request);
  if (std::holds_alternative<http::RangeNotSatisfiable>(answer))
    return NotSatisfiable(content.size_bytes);
  std::optional<ByteRange> range;
  if (const auto* asked = std::get_if<ByteRange>(&answer)) range = *asked;
  if (range) SetRange(*range, content.size_bytes, response);
  response.Set("Accept-Ranges", "bytes");
  if (Contents::IsSmall(content)) {
    TRY_VOID(SetSmallBody(content, range, contents, response));
  } else {
    SetStream(content, range.value_or(ByteRange{0, content.size_bytes}), contents, response);
  }
  return response;
}

// nginx has the other headers from our first answer.
Response AskPeer(std::string address, const disk::Node& file) {
  Response response;
  response.Set("X-Accel-Redirect", std::string(kInternalPeer));
  response.Set("X-Yundisk-Peer", std::move(address));
  response.Set("Last-Modified", http::HttpDate(file.modified_at_ms));
  return response;
}

}  // namespace

Result<Response> FileResponse(const disk::Node& file, const Request& request, Contents& contents) {
  TRY(const disk::Conditions conditions, disk::ConditionsOf(request));
  Response response;
  SetValidators(file, response);
  // Evaluated before If-None-Match, RFC 9110 section 13.2.2.
  TRY_VOID(disk::Conditions{conditions.if_match, {}}.Check(file.Etag()));
  const auto& known = conditions.if_none_match;
  if (known && (known->any() || known->MatchesWeakly(file.Etag()))) {
    response.status = 304;
    return response;
  }
  TRY(const bool attachment, WantsAttachment(request));
  SetContentHeaders(file, attachment, response);
  const std::string_view stream = request.Param("YUNDISK_STREAM");
  if (stream == kNotHere && !Contents::IsSmall(*file.content)) {
    std::string address = contents.PeerAddress(*file.content, file.name);
    if (!address.empty()) return AskPeer(std::move(address), file);
  }
  const bool by_nginx =
      !Contents::IsSmall(*file.content) && !IsConditional(request) && stream.empty();
  if (by_nginx) {
    TRY(const std::string local_file, contents.LocalFile(*file.content));
    if (!local_file.empty()) {
      response.Set("X-Accel-Redirect",
                   std::string(kInternalObjects) + http::PercentEncode(local_file, "/"));
      return response;
    }
  }
  return OwnBody(file, request, contents, std::move(response));
}

}  // namespace yundisk::download
