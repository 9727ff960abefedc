#include "common/net/server.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/common/net/test_server.h"

namespace yundisk::net {
namespace {

using testing::HasSubstr;

std::string Text(const Bytes& bytes) { return std::string(AsText(bytes)); }

std::string Content(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
  return content;
}

void ExpectSuccess(RawClient& client) {
  const auto reply = client.ReadReply();
  ASSERT_TRUE(reply.has_value());
  EXPECT_FALSE(reply->failed()) << reply->error().message();
}

void ExpectFailure(RawClient& client, Code code, std::string_view text) {
  const auto reply = client.ReadReply();
  ASSERT_TRUE(reply.has_value());
  ASSERT_TRUE(reply->failed());
  EXPECT_EQ(reply->header.command, 102);
  EXPECT_EQ(reply->error().code(), code);
  EXPECT_THAT(reply->error().message(), HasSubstr(text));
}

TEST(Server, UploadsAndDownloadsOfManySizes) {
  TestServer server;
  RawClient client(server.port());
  for (const std::string_view way : {"whole/", "stream/"}) {
    for (const std::size_t size : {0, 1, 999, 1000, 1001, 7764, 8192, 100000, 131072}) {
      const std::string id = std::string(way) + std::to_string(size);
      ASSERT_TRUE(client.Send(UploadFrame(id, Content(size))));
      ExpectSuccess(client);
      ASSERT_TRUE(client.SendRequest(wire::Download{KeyOf(id), 0, 0}));
      const auto reply = client.ReadReply();
      ASSERT_TRUE(reply.has_value()) << id;
      EXPECT_EQ(Text(reply->body), Content(size)) << id;
    }
  }
}

TEST(Server, StreamsMoreThanAnyBuffer) {
  TestServer server;
  RawClient client(server.port());
  const std::string content = Content(std::size_t{20} << 20U);
  std::thread sender([&] { client.Send(UploadFrame("stream/big", content)); });
  ExpectSuccess(client);
  sender.join();
  ASSERT_TRUE(client.SendRequest(wire::Download{KeyOf("stream/big"), 0, 0}));
  EXPECT_EQ(Text(client.ReadReply()->body), content);
}

TEST(Server, PipelinedRepliesKeepTheirOrder) {
  TestServer server;
  RawClient client(server.port());
  Bytes all;
  constexpr std::size_t kRequests = 200;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::string id = (i % 2 == 0 ? "whole/" : "stream/") + std::to_string(i);
    const Bytes frame = UploadFrame(id, Content(i * 37));
    all.insert(all.end(), frame.begin(), frame.end());
    wire::AppendRequest(all, wire::Size{KeyOf(id)});
  }
  std::thread sender([&] { client.Send(all); });
  for (std::size_t i = 0; i < kRequests; ++i) {
    ExpectSuccess(client);
    const auto size = client.ReadReply();
    ASSERT_TRUE(size.has_value());
    EXPECT_EQ(LoadBig<std::uint64_t>(size->body.data()), i * 37);
  }
  sender.join();
}

TEST(Server, ARequestMayComeCutAtEveryByte) {
  TestServer server;
  RawClient client(server.port());
  const Bytes frame = UploadFrame("whole/cut", "0123456789");
  for (std::size_t cut = 1; cut < frame.size(); cut += cut < 20 || cut > 415 ? 1 : 97) {
    ASSERT_TRUE(client.Send(ByteView(frame).first(cut)));
    std::this_thread::yield();
    ASSERT_TRUE(client.Send(ByteView(frame).subspan(cut)));
    ExpectSuccess(client);
  }
}

TEST(Server, APeerMayEndAtEveryByte) {
  TestServer server;
  const Bytes frame = UploadFrame("stream/never", "0123456789");
  for (std::size_t end = 0; end < frame.size(); end += end < 20 || end > 410 ? 1 : 97) {
    RawClient client(server.port());
    ASSERT_TRUE(client.Send(ByteView(frame).first(end)));
    client.FinishSending();
    if (end >= wire::kHeaderBytes) ExpectFailure(client, Code::kBadRequest, "short");
    EXPECT_TRUE(client.ReadsEnd()) << end;
  }
  RawClient client(server.port());
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("stream/never")}));
  ExpectFailure(client, Code::kNotFound, "[test] find stream/never");
}

TEST(Server, AFailureLeavesTheConnectionOpen) {
  TestServer server;
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("none")}));
    ExpectFailure(client, Code::kNotFound, "no such object");
  }
}

TEST(Server, ABodyThatIsNoMessageLeavesTheConnectionOpen) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.SendHeader({400, 71, 0}));
  ASSERT_TRUE(client.Send(Bytes(400)));
  ExpectFailure(client, Code::kBadRequest, "is empty");
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("none")}));
  ExpectFailure(client, Code::kNotFound, "no such object");
}

TEST(Server, AnUploadWhoseSizeLiesFails) {
  TestServer server;
  RawClient client(server.port());
  Bytes frame = UploadFrame("whole/lie", "0123456789");
  StoreBig<std::uint64_t>(frame.data() + wire::kHeaderBytes + 400, 11);
  ASSERT_TRUE(client.Send(frame));
  ExpectFailure(client, Code::kBadRequest, "11 bytes announced but 10");
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("none")}));
  ExpectFailure(client, Code::kNotFound, "no such object");
}

TEST(Server, ARefusedUploadIsReadToItsEnd) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(UploadFrame("refuse/me", Content(std::size_t{3} << 20U))));
  ExpectFailure(client, Code::kNoSpace, "upload refuse/me: full");
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("none")}));
  ExpectFailure(client, Code::kNotFound, "no such object");
}

TEST(Server, ARefusedUploadOfMoreThan64MiBEndsTheConnection) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.SendRequest(wire::Upload{KeyOf("refuse/me"), kMaxDrainBytes + 1}));
  ExpectFailure(client, Code::kNoSpace, "full");
  EXPECT_TRUE(client.ReadsEnd());
}

TEST(Server, AShortReplyIsACut) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(UploadFrame("cut/a", "0123456789")));
  ExpectSuccess(client);
  ASSERT_TRUE(client.SendRequest(wire::Download{KeyOf("cut/a"), 0, 0}));
  EXPECT_FALSE(client.ReadReply().has_value());
}

struct BadHeader {
  wire::Header header;
  std::string_view why;
};

class ServerRefuses : public testing::TestWithParam<BadHeader> {};

TEST_P(ServerRefuses, AndCloses) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.SendHeader(GetParam().header));
  ExpectFailure(client, Code::kBadRequest, GetParam().why);
  EXPECT_TRUE(client.ReadsEnd());
  EXPECT_EQ(server.storage().calls, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, ServerRefuses,
    testing::Values(BadHeader{{0, 0, 0}, "command 0"}, BadHeader{{0, 255, 0}, "command 255"},
                    BadHeader{{171, 10, 0}, "a storage does not know"},
                    BadHeader{{399, 71, 0}, "a body of 399 bytes"},
                    BadHeader{{401, 71, 0}, "a body of 401 bytes"},
                    BadHeader{{UINT64_MAX, 71, 0}, "a body of 18446744073709551615"},
                    BadHeader{{UINT64_MAX, 70, 0}, "a body of 18446744073709551615"},
                    BadHeader{{407, 70, 0}, "a body of 407 bytes"},
                    BadHeader{{1, 76, 0}, "a body of 1 bytes"},
                    BadHeader{{400, 71, 0xFD}, "status 253"}));

TEST(Server, ListensOnIpv6) {
  TestServer server({}, std::nullopt, "[::1]:0");
  EXPECT_NE(server.port(), 0);
}

class ServerStart : public testing::Test {
 protected:
  Result<void> Start(const std::string& listen) {
    Server server(loops_, {listen, wire::Service::kStorage, "test", std::nullopt, {}}, storage_,
                  clock_, random_);
    return server.Start();
  }

  SystemClock clock_;
  SystemRandom random_;
  MemoryStorage storage_;
  LoopPool loops_{1};
};

TEST_F(ServerStart, WithoutASecretOnlyOnLoopback) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0"}) {
    const auto started = Start(listen);
    ASSERT_FALSE(started.ok());
    EXPECT_THAT(started.error().message(), HasSubstr("loopback"));
  }
  EXPECT_TRUE(Start("localhost:0").ok());
}

TEST_F(ServerStart, SaysWhichAddressIsTaken) {
  TestServer other;
  const std::string taken = "127.0.0.1:" + std::to_string(other.port());
  const auto started = Start(taken);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message(), HasSubstr("listen " + taken));
}

}  // namespace
}  // namespace yundisk::net
