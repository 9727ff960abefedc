#include "storage_core/storage/http/request.h"

#include <algorithm>
#include <string_view>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace yundisk::storage {
namespace {

namespace beast = boost::beast::http;

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kAbsoluteForm = "http://";
constexpr unsigned kHttp11 = 11;

HttpMethod MethodOf(beast::verb verb) {
  if (verb == beast::verb::get) return HttpMethod::kGet;
  if (verb == beast::verb::head) return HttpMethod::kHead;
  return HttpMethod::kOther;
}

std::string Joined(const beast::fields& fields, beast::field name) {
  std::string joined;
  const auto [begin, end] = fields.equal_range(name);
  for (auto field = begin; field != end; ++field) {
    if (field != begin) joined += ", ";
    joined += std::string_view(field->value());
  }
  return joined;
}

// What a proxy's request names: "http://host/path" is "/path".
std::string_view OriginForm(std::string_view target) {
  if (!target.starts_with(kAbsoluteForm)) return target;
  target.remove_prefix(kAbsoluteForm.size());
  const std::size_t path = target.find('/');
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

std::size_t HeadLength(ByteView input, std::size_t known_bytes) {
  const std::size_t from = known_bytes - std::min(known_bytes, kHeadEnd.size() - 1);
  const std::size_t end = AsText(input).find(kHeadEnd, from);
  return end == std::string_view::npos ? 0 : end + kHeadEnd.size();
}

Result<HttpRequest> ParseHead(ByteView head) {
  beast::request_parser<beast::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxHeadBytes));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t read = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error) return Error::Make(Code::kBadRequest, "the request: {}", error.message());
  if (!parser.is_header_done() || read != head.size())
    return Error(Code::kBadRequest, "the request: not one head");
  const auto& message = parser.get();
  const auto hosts = message.count(beast::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == kHttp11))
    return Error(Code::kBadRequest, "the request: one Host is needed");
  HttpRequest request;
  request.method = MethodOf(message.method());
  request.target = OriginForm(std::string_view(message.target()));
  request.range = Joined(message, beast::field::range);
  request.if_range = Joined(message, beast::field::if_range);
  request.if_match = Joined(message, beast::field::if_match);
  request.if_none_match = Joined(message, beast::field::if_none_match);
  request.keep_alive = message.keep_alive();
  request.has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  return request;
}

}  // namespace yundisk::storage
