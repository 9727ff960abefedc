#include "common/net/caller.h"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/unit/common/net/memory_stream.h"

namespace yundisk::net {
namespace {

using testing::HasSubstr;

// What comes of asking an ID server for an id when it answers `answer`.
struct Outcome {
  std::optional<Result<wire::Id>> id;
  bool broken = false;
  MemoryStream::Record record;
};

Task<void> Ask(MemoryStream& stream, const Clock& clock, Outcome& outcome) {
  Caller caller(stream, wire::Service::kIdServer, clock, std::chrono::seconds(1));
  const wire::GetId request{wire::TailText<64>::From("key").value()};
  outcome.id = co_await caller.Call(request);
  outcome.broken = caller.broken();
}

Outcome OutcomeOf(const Bytes& answer, std::size_t piece_bytes = 3) {
  Outcome outcome;
  SystemClock clock;
  boost::asio::io_context context;
  MemoryStream stream(std::string(AsText(answer)), piece_bytes, outcome.record);
  boost::asio::co_spawn(context, Ask(stream, clock, outcome), boost::asio::detached);
  context.run();
  return outcome;
}

Bytes Success() {
  Bytes answer;
  wire::AppendSuccess(answer, wire::Service::kIdServer, wire::Id{42});
  return answer;
}

TEST(Caller, ReadsAReplyHoweverItIsCut) {
  for (std::size_t piece = 1; piece < 20; ++piece) {
    const Outcome outcome = OutcomeOf(Success(), piece);
    ASSERT_TRUE(outcome.id->ok());
    EXPECT_EQ((*outcome.id)->id, 42U);
    EXPECT_FALSE(outcome.broken);
    EXPECT_EQ(outcome.record.deadline, kNever);
  }
}

TEST(Caller, SendsOneFrame) {
  const Outcome outcome = OutcomeOf(Success());
  EXPECT_EQ(HexFromBytes(AsBytes(outcome.record.written)),
            "0000000000000004"
            "28"
            "00"
            "6b657900");
}

TEST(Caller, AFailureReplyLeavesItUsable) {
  Bytes answer;
  wire::AppendFailure(answer, wire::Service::kIdServer,
                      wire::FailureFrom("id1", Error(Code::kUnavailable, "no block")));
  const Outcome outcome = OutcomeOf(answer);
  EXPECT_EQ(outcome.id->error().code(), Code::kUnavailable);
  EXPECT_EQ(outcome.id->error().message(), "[id1] no block");
  EXPECT_FALSE(outcome.broken);
}

TEST(Caller, ACutAnywhereBreaksIt) {
  const Bytes whole = Success();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Outcome outcome =
        OutcomeOf(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    EXPECT_EQ(outcome.id->error().code(), Code::kUnavailable);
    EXPECT_TRUE(outcome.broken);
  }
}

TEST(Caller, NonsenseBreaksIt) {
  for (const char* header : {"0000000000000008"
                             "64"
                             "00",
                             "0000000000000008"
                             "65"
                             "01",
                             "0000000000000009"
                             "65"
                             "00",
                             "ffffffffffffffff"
                             "65"
                             "00",
                             "0000000000000001"
                             "65"
                             "fd",
                             "ffffffffffffffff"
                             "65"
                             "fd"}) {
    const Outcome outcome = OutcomeOf(*BytesFromHex(header));
    EXPECT_THAT(outcome.id->error().message(), HasSubstr("not a reply of id server")) << header;
    EXPECT_TRUE(outcome.broken);
  }
}

// A stream whose peer has answered and then closed: nothing can be written any more.
class ClosedForWriting final : public Stream {
 public:
  explicit ClosedForWriting(MemoryStream& stream) : stream_(stream) {}
  Task<Result<std::size_t>> ReadSome(MutableByteView buffer) override {
    return stream_.ReadSome(buffer);
  }
  Task<Result<void>> Write(std::span<const ByteView>) override {
    co_return Error(Code::kUnavailable, "write: broken pipe");
  }
  Task<Result<void>> SendFile(ByteView, FileRange) override {
    co_return Error(Code::kIo, "memory holds no files");
  }
  void SetDeadline(SteadyTime deadline) override { stream_.SetDeadline(deadline); }
  void ShutdownWrite() override {}
  void Close() override {}
  std::string_view peer() const override { return "peer"; }
  std::string_view local() const override { return "local"; }

 private:
  MemoryStream& stream_;
};

wire::ObjectKey SomeKey() {
  return {*wire::Text<16>::From("app"), *wire::Text<256>::From("user"),
          *wire::Text<128>::From("1/1")};
}

void RunToEnd(Task<void> task) {
  boost::asio::io_context context;
  boost::asio::co_spawn(context, std::move(task), boost::asio::detached);
  context.run();
}

Task<void> SendInPieces(Stream& stream, MemoryStream::Record& record) {
  const SystemClock clock;
  Caller caller(stream, wire::Service::kStorage, clock, std::chrono::seconds(1));
  const Bytes piece(200'000);
  caller.Begin(wire::Upload{SomeKey(), 2 * piece.size()});
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE((co_await caller.SendContent(piece)).ok());
    EXPECT_EQ(record.deadline, kNever);  // the next piece may take its time
  }
  const Bytes little(10);
  EXPECT_TRUE((co_await caller.SendContent(little)).ok());
  EXPECT_TRUE((co_await caller.Flush()).ok());
  EXPECT_EQ(record.deadline, kNever);
}

TEST(Caller, HasNoDeadlineBetweenThePiecesOfAContent) {
  MemoryStream::Record record;
  MemoryStream stream("", 1, record);
  RunToEnd(SendInPieces(stream, record));
}

Task<void> ReceiveInPieces(Stream& stream, MemoryStream::Record& record, std::uint64_t size_bytes) {
  const SystemClock clock;
  Caller caller(stream, wire::Service::kStorage, clock, std::chrono::seconds(1));
  const wire::Download download{SomeKey(), 0, 0};
  const auto announced = co_await caller.StartContent(download);
  EXPECT_EQ(announced.ok() ? *announced : 0, size_bytes);
  EXPECT_EQ(record.deadline, kNever);
  Bytes buffer(3);
  for (std::uint64_t left = size_bytes; left > 0;) {
    const auto got = co_await caller.ReadContent(buffer);
    EXPECT_TRUE(got.ok());
    if (!got) co_return;
    left -= *got;
    EXPECT_EQ(record.deadline, kNever);
  }
  EXPECT_FALSE(caller.broken());
}

TEST(Caller, HasNoDeadlineBetweenThePiecesOfAReply) {
  for (const std::string content : {"", "hello"}) {
    Bytes answer;
    wire::AppendContentHeader(answer, wire::Service::kStorage, content.size());
    MemoryStream::Record record;
    MemoryStream stream(std::string(AsText(answer)) + content, 100, record);
    RunToEnd(ReceiveInPieces(stream, record, content.size()));
  }
}

Task<void> SendToOneThatRefused(Stream& stream, Code& code) {
  const SystemClock clock;
  Caller caller(stream, wire::Service::kStorage, clock, std::chrono::seconds(1));
  const Bytes piece(200'000);
  caller.Begin(wire::Upload{SomeKey(), piece.size()});
  const Result<void> sent = co_await caller.SendContent(piece);
  EXPECT_FALSE(sent.ok());
  if (!sent) code = sent.error().code();
  EXPECT_TRUE(caller.broken());
}

TEST(Caller, ARefusalInTheMiddleOfAContentIsRead) {
  Bytes answer;
  wire::AppendFailure(answer, wire::Service::kStorage,
                      wire::FailureFrom("1a", Error(Code::kNoSpace, "full")));
  for (const bool answered : {true, false}) {
    MemoryStream::Record record;
    MemoryStream memory(answered ? std::string(AsText(answer)) : "", 100, record);
    ClosedForWriting stream(memory);
    Code code = Code::kInternal;
    RunToEnd(SendToOneThatRefused(stream, code));
    EXPECT_EQ(code, answered ? Code::kNoSpace : Code::kUnavailable);
  }
}

}  // namespace
}  // namespace yundisk::net
