// A served connection fed arbitrary bytes: the first byte says how they are cut and whether the
// server has a secret. It must end, close, and write nothing but whole, well-formed replies.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/connection.h"
#include "tests/unit/common/net/memory_stream.h"

namespace yundisk::net {
namespace {

class FixedClock final : public Clock {
 public:
  WallTime Now() const override { return WallTime(std::chrono::hours(1)); }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::hours(1)); }
};

class FixedRandom final : public Random {
 public:
  void Fill(MutableByteView bytes) override { std::ranges::fill(bytes, std::byte{7}); }
};

// Reads uploads in pieces or whole, answers sizes, fails the rest.
class Reader final : public Handler {
 public:
  Task<Result<void>> Handle(Request& request, Reply& reply) override {
    if (request.command() == wire::Command::kUpload) {
      CO_TRY(const wire::Upload upload, co_await request.Read<wire::Upload>());
      std::array<std::byte, 100> piece;
      if (upload.key.file_id.view().starts_with("w")) {
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(request.unread_bytes(), Request::kMaxTakeBytes));
        CO_TRY_VOID(co_await request.Take(count));
      }
      while (request.unread_bytes() > 0) CO_TRY_VOID(co_await request.ReadInto(piece));
      co_return co_await reply.Send(wire::Empty{});
    }
    if (request.command() == wire::Command::kSize) {
      CO_TRY_VOID(co_await request.Read<wire::Size>());
      co_return co_await reply.Send(wire::ObjectSize{5});
    }
    co_return Error(Code::kNotFound, "no such object");
  }
};

void CheckReplies(ByteView written) {
  while (!written.empty()) {
    CHECK(written.size() >= wire::kHeaderBytes);
    const wire::Header header = wire::DecodeHeader(written.first<wire::kHeaderBytes>());
    written = written.subspan(wire::kHeaderBytes);
    CHECK(header.command == static_cast<std::uint8_t>(wire::Service::kStorage));
    CHECK(header.body_bytes <= written.size());
    const ByteView body = written.first(static_cast<std::size_t>(header.body_bytes));
    CHECK(header.status == wire::kSuccess || wire::DecodeBody<wire::Failure>(body).ok());
    written = written.subspan(body.size());
  }
}

void Serve(std::string input, std::size_t piece_bytes, bool with_secret) {
  const ServerOptions options{"",
                              wire::Service::kStorage,
                              "fuzz",
                              with_secret ? std::optional(wire::Secret{}) : std::nullopt,
                              {}};
  FixedClock clock;
  FixedRandom random;
  Reader reader;
  MemoryStream::Record record;
  boost::asio::io_context context;
  Connection connection(std::make_unique<MemoryStream>(std::move(input), piece_bytes, record),
                        options, reader, clock, random);
  bool ended = false;
  boost::asio::co_spawn(context, connection.Run(), [&](const std::exception_ptr& escaped) {
    CHECK(!escaped);
    ended = true;
  });
  context.run();
  CHECK(ended && record.closed);
  CheckReplies(AsBytes(record.written));
}

}  // namespace
}  // namespace yundisk::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(yundisk::AsText(std::as_bytes(std::span(data + 1, size - 1))));
  constexpr unsigned kSecretBit = 0x80;
  const std::size_t piece_bytes = 1 + (data[0] & ~kSecretBit) * std::size_t{33};
  yundisk::net::Serve(input, piece_bytes, (data[0] & kSecretBit) != 0);
  return 0;
}
