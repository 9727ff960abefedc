// A storage's HTTP port fed arbitrary bytes, three ways: as a connection, which must end and close;
// as a target that nobody signed, which must be refused; and as a query and a Range that the
// cluster's secret did sign.
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/base/check.h"
#include "common/protocol/hmac.h"
#include "storage_core/storage/http/session.h"
#include "tests/unit/common/net/memory_stream.h"
#include "tests/unit/storage_core/storage/http/memory_engine.h"

namespace yundisk::storage {
namespace {

constexpr client::UrlTime kTime{1000, 1'000'000};

class FixedClock final : public Clock {
 public:
  WallTime Now() const override { return WallTime(std::chrono::seconds(kTime.now_s)); }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::hours(1)); }
};

const client::UrlSigner& Signer() {
  static const client::UrlSigner signer(wire::Secret{});
  return signer;
}

void Serve(std::string input, std::size_t piece_bytes) {
  const FixedClock clock;
  const HttpConfig config;
  MemoryEngine engine;
  net::MemoryStream::Record record;
  boost::asio::io_context context;
  HttpSession session(std::make_unique<net::MemoryStream>(std::move(input), piece_bytes, record),
                      {config, Signer(), engine, clock});
  bool ended = false;
  boost::asio::co_spawn(context, session.Run(), [&](const std::exception_ptr& escaped) {
    CHECK(!escaped);
    ended = true;
  });
  context.run();
  CHECK(ended && record.closed && engine.calls == 0);
  CHECK(record.written.empty() || record.written.starts_with("HTTP/1.1 4"));
}

// The signature that docs/storage-http.md describes.
std::string Sign(std::string_view query) {
  using namespace std::string_literals;
  const Sha256 key = wire::HmacSha256(wire::Secret{}, AsBytes("storage-http-v1"));
  const std::string message = "1/2\0\0"s.append(query);
  return HexFromBytes(wire::HmacSha256(key, AsBytes(message)));
}

void VerifySigned(const std::string& query) {
  const auto verified = Signer().Verify("/1/2?" + query + "&signature=" + Sign(query), kTime);
  const auto* url = std::get_if<client::ObjectUrl>(&verified);
  if (url == nullptr) return;
  CHECK(url->file_id == "1/2" && !url->user.empty() && url->user.size() <= 256);
  const Result<std::string> again = Signer().Sign(*url);
  CHECK(again.ok());
  const auto same = Signer().Verify(*again, kTime);
  CHECK(std::get<client::ObjectUrl>(same) == *url);
}

void AnswerRange(const std::string& range) {
  HttpRequest request;
  request.method = HttpMethod::kGet;
  request.range = range;
  client::ObjectUrl url;
  url.expires_at_s = kTime.now_s + 1;
  for (const std::uint64_t size_bytes : {std::uint64_t{0}, std::uint64_t{100}, UINT64_MAX >> 1U}) {
    ObjectInfo object;
    object.size_bytes = size_bytes;
    const Answer answer = AnswerFor(request, url, object, kTime.now_s);
    std::uint64_t content_bytes = 0;
    CHECK(answer.parts.size() <= kMaxRanges);
    for (const Answer::Part& part : answer.parts) {
      CHECK(part.range.length > 0 && part.range.offset < size_bytes);
      CHECK(part.range.length <= size_bytes - part.range.offset);
      content_bytes += part.range.length;
    }
    CHECK(content_bytes <= size_bytes);
  }
}

}  // namespace
}  // namespace yundisk::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yundisk;
  if (size == 0) return 0;
  const std::string text(AsText(std::as_bytes(std::span(data + 1, size - 1))));
  storage::Serve(text, 1 + data[0] * std::size_t{33});
  CHECK(std::holds_alternative<client::UrlFault>(storage::Signer().Verify(text, storage::kTime)));
  storage::VerifySigned(text);
  storage::AnswerRange(text);
  return 0;
}
