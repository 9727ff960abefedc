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

}  // namespace
}  // namespace yundisk::net
