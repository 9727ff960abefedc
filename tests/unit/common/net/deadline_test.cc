// Slow, silent and vanished peers, too many of them, and stopping while they are there.
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/common/net/test_server.h"

namespace yundisk::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

Limits Impatient() {
  Limits limits;
  limits.idle_timeout_s = seconds(1);
  limits.header_timeout_s = seconds(1);
  limits.stall_timeout_s = seconds(1);
  limits.min_bytes_per_s = 100000;
  limits.drain_timeout_s = seconds(1);
  return limits;
}

// How long until the server closes.
milliseconds TimeToEnd(RawClient& client) {
  const auto start = steady_clock::now();
  EXPECT_TRUE(client.ReadsEnd());
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

TEST(Deadline, AnIdleConnectionIsClosed) {
  TestServer server(Impatient());
  RawClient client(server.port());
  const auto time = TimeToEnd(client);
  EXPECT_GE(time, milliseconds(900));
  EXPECT_LT(time, milliseconds(3000));
}

TEST(Deadline, HalfAHeaderIsClosed) {
  TestServer server(Impatient());
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Bytes(5)));
  EXPECT_LT(TimeToEnd(client), milliseconds(3000));
}

TEST(Deadline, HalfABodyIsClosed) {
  TestServer server(Impatient());
  RawClient client(server.port());
  const Bytes frame = UploadFrame("stream/half", "0123456789");
  ASSERT_TRUE(client.Send(ByteView(frame).first(frame.size() - 1)));
  EXPECT_LT(TimeToEnd(client), milliseconds(3000));
}

TEST(Deadline, ATrickleIsCut) {
  TestServer server(Impatient());
  RawClient client(server.port());
  Bytes frame;
  wire::AppendRequest(frame, wire::Upload{KeyOf("stream/trickle"), 1000000});
  ASSERT_TRUE(client.Send(frame));
  const auto start = steady_clock::now();
  const std::byte one{1};
  while (client.Send(std::span(&one, 1)) && steady_clock::now() - start < seconds(10))
    std::this_thread::sleep_for(milliseconds(50));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
}

TEST(Deadline, AReaderThatStopsReadingIsCut) {
  TestServer server(Impatient());
  RawClient client(server.port());
  const std::string content(std::size_t{30} << 20U, 'x');
  ASSERT_TRUE(client.Send(UploadFrame("stream/unread", content)));
  ASSERT_TRUE(client.ReadReply().has_value());
  ASSERT_TRUE(client.SendRequest(wire::Download{KeyOf("stream/unread"), 0, 0}));
  const auto start = steady_clock::now();
  while (server.server().connections() > 0 && steady_clock::now() - start < seconds(10))
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_LT(steady_clock::now() - start, seconds(5));
  EXPECT_FALSE(client.ReadReply().has_value());
}

TEST(Deadline, ConnectionsBeyondTheLimitAreClosed) {
  Limits limits;
  limits.max_connections = 2;
  TestServer server(limits);
  RawClient first(server.port());
  RawClient second(server.port());
  for (RawClient* client : {&first, &second}) {
    ASSERT_TRUE(client->SendRequest(wire::Size{KeyOf("none")}));
    ASSERT_TRUE(client->ReadReply().has_value());
  }
  RawClient third(server.port());
  EXPECT_TRUE(third.ReadsEnd());
  ASSERT_TRUE(first.SendRequest(wire::Size{KeyOf("none")}));
  EXPECT_TRUE(first.ReadReply().has_value());
}

TEST(Stop, ClosesIdleConnectionsAtOnce) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("none")}));
  ASSERT_TRUE(client.ReadReply().has_value());
  const auto start = steady_clock::now();
  server.server().Stop();
  EXPECT_LT(steady_clock::now() - start, seconds(2));
  EXPECT_TRUE(client.ReadsEnd());
}

TEST(Stop, LetsTheRequestInFlightFinish) {
  TestServer server;
  RawClient client(server.port());
  const Bytes frame = UploadFrame("stream/flight", std::string(100000, 'x'));
  ASSERT_TRUE(client.Send(ByteView(frame).first(5000)));
  while (server.storage().calls == 0) std::this_thread::yield();
  std::thread stopper([&] { server.server().Stop(); });
  std::this_thread::sleep_for(milliseconds(100));  // Stop has no sign of having begun
  ASSERT_TRUE(client.Send(ByteView(frame).subspan(5000)));
  const auto reply = client.ReadReply();
  ASSERT_TRUE(reply.has_value());
  EXPECT_FALSE(reply->failed());
  EXPECT_TRUE(client.ReadsEnd());
  stopper.join();
}

TEST(Stop, EndsARequestThatDoesNotFinish) {
  Limits limits;
  limits.drain_timeout_s = seconds(1);
  TestServer server(limits);
  RawClient client(server.port());
  const Bytes frame = UploadFrame("stream/flight", std::string(100000, 'x'));
  ASSERT_TRUE(client.Send(ByteView(frame).first(5000)));
  while (server.storage().calls == 0) std::this_thread::yield();
  const auto start = steady_clock::now();
  server.server().Stop();
  EXPECT_LT(steady_clock::now() - start, seconds(4));
}

}  // namespace
}  // namespace yundisk::net
