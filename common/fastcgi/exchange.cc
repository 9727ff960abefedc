#include "common/fastcgi/exchange.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <limits>

#include <boost/beast/http/status.hpp>

#include "common/base/log.h"
#include "common/fastcgi/output.h"

namespace yundisk::fcgi {
namespace {

class StreamReader final : public BodyReader {
 public:
  explicit StreamReader(FCGX_Stream* in) : in_(in) {}

  Result<std::size_t> Read(MutableByteView buffer) override {
    const auto wanted =
        std::min(buffer.size(), static_cast<std::size_t>(std::numeric_limits<int>::max()));
    const int got =
        FCGX_GetStr(reinterpret_cast<char*>(buffer.data()), static_cast<int>(wanted), in_);
    if (FCGX_GetError(in_) != 0)
      return Error(Code::kBadRequest, "the connection ended before the body did");
    return static_cast<std::size_t>(got);
  }

 private:
  FCGX_Stream* in_;
};

Response RunHandler(const Handler& handler, Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    return Problem(Error::Make(Code::kInternal, "{} {} threw: {}", request.method, request.path(),
                               thrown.what()));
  }
}

// A header value is one line whatever went into it.
void AppendHeader(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  std::ranges::transform(value, std::back_inserter(head),
                         [](char c) { return c == '\r' || c == '\n' ? ' ' : c; });
  head += "\r\n";
}

std::string Head(const Response& response) {
  std::string head;
  head.reserve(256);
  // Also for 200: without it nginx takes a Location for a redirect.
  const auto status = static_cast<boost::beast::http::status>(response.status);
  fmt::format_to(std::back_inserter(head), "Status: {} {}\r\n", response.status,
                 std::string_view(boost::beast::http::obsolete_reason(status)));
  for (const auto& [name, value] : response.headers) AppendHeader(head, name, value);
  if (response.body)
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body->size());
  head += "\r\n";
  return head;
}

void WriteStream(const Response& response, std::string_view path, Output& output) {
  const auto written = response.stream([&](std::string_view part) { return output.Write(part); });
  if (written) return;
  LogWarning("response to {} broken off: {}", path, written.error().message());
  output.Break();
}

void Write(const Response& response, const Request& request, FCGX_Request& accepted) {
  Output output(accepted);
  if (!output.Write(Head(response)) || request.method == "HEAD") return;
  if (response.body)
    output.Write(*response.body);
  else if (response.stream)
    WriteStream(response, request.path(), output);
}

}  // namespace

int Answer(FCGX_Request& accepted, const Handler& handler) {
  StreamReader body(accepted.in);
  Request request(accepted.envp, body);
  const Response response = RunHandler(handler, request);
  Write(response, request, accepted);
  return response.status;
}

}  // namespace yundisk::fcgi
