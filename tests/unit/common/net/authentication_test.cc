// The authentication of connections, against a real server.
#include "common/net/authenticator.h"

#include <gtest/gtest.h>

#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/common/net/test_server.h"

namespace yundisk::net {
namespace {

wire::Secret SecretOf(unsigned char value) {
  wire::Secret secret;
  secret.fill(std::byte{value});
  return secret;
}

class Authentication : public testing::Test {
 protected:
  // Says hello; the nonces of both sides.
  wire::Nonces Greet(RawClient& client) {
    wire::Nonces nonces;
    random_.Fill(nonces.client);
    EXPECT_TRUE(client.SendRequest(wire::Hello{nonces.client}));
    const auto reply = client.ReadReply();
    EXPECT_TRUE(reply && !reply->failed());
    const auto greeting = wire::DecodeBody<wire::Greeting>(reply->body);
    nonces.server = greeting->server_nonce;
    EXPECT_EQ(greeting->proof, wire::ServerProof(secret_, nonces));
    return nonces;
  }

  void ExpectRefusedAndClosed(RawClient& client) {
    const auto reply = client.ReadReply();
    ASSERT_TRUE(reply.has_value());
    ASSERT_TRUE(reply->failed());
    EXPECT_EQ(reply->error().code(), Code::kUnauthenticated) << reply->error().message();
    EXPECT_TRUE(client.ReadsEnd());
    EXPECT_EQ(server_.storage().calls, 0);
  }

  const wire::Secret secret_ = SecretOf(7);
  TestServer server_{{}, secret_};
  SystemRandom random_;
};

TEST_F(Authentication, HelloAndProveOpenTheConnection) {
  RawClient client(server_.port());
  const wire::Nonces nonces = Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Prove{wire::ClientProof(secret_, nonces)}));
  ASSERT_FALSE(client.ReadReply()->failed());
  ASSERT_TRUE(client.Send(UploadFrame("whole/a", "content")));
  EXPECT_FALSE(client.ReadReply()->failed());
}

TEST_F(Authentication, NothingElseBefore) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("a")}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, NothingElseBetween) {
  RawClient client(server_.port());
  Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("a")}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, AnUploadOfAStrangerIsNotRead) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.SendRequest(wire::Upload{KeyOf("a"), std::uint64_t{1} << 40U}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, ProveWithoutHello) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.SendRequest(wire::Prove{wire::ClientProof(secret_, {})}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, HelloTwice) {
  RawClient client(server_.port());
  Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Hello{}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, AnotherSecret) {
  RawClient client(server_.port());
  const wire::Nonces nonces = Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Prove{wire::ClientProof(SecretOf(8), nonces)}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, TheServersProofSentBack) {
  RawClient client(server_.port());
  const wire::Nonces nonces = Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Prove{wire::ServerProof(secret_, nonces)}));
  ExpectRefusedAndClosed(client);
}

TEST_F(Authentication, AReplayOnAnotherConnection) {
  RawClient first(server_.port());
  const wire::Nonces nonces = Greet(first);
  const wire::Prove proof{wire::ClientProof(secret_, nonces)};
  ASSERT_TRUE(first.SendRequest(proof));
  ASSERT_FALSE(first.ReadReply()->failed());

  RawClient second(server_.port());
  ASSERT_TRUE(second.SendRequest(wire::Hello{nonces.client}));
  ASSERT_FALSE(second.ReadReply()->failed());
  ASSERT_TRUE(second.SendRequest(proof));
  ExpectRefusedAndClosed(second);
}

TEST_F(Authentication, OpenConnectionsStayWhenItIsSaidAgain) {
  RawClient client(server_.port());
  const wire::Nonces nonces = Greet(client);
  ASSERT_TRUE(client.SendRequest(wire::Prove{wire::ClientProof(secret_, nonces)}));
  ASSERT_FALSE(client.ReadReply()->failed());
  ASSERT_TRUE(client.SendRequest(wire::Hello{}));
  EXPECT_EQ(client.ReadReply()->error().code(), Code::kBadRequest);
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("a")}));
  EXPECT_EQ(client.ReadReply()->error().code(), Code::kNotFound);
}

TEST(AuthenticationNone, CommandsFailAndTheConnectionStays) {
  TestServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.SendRequest(wire::Hello{}));
  EXPECT_EQ(client.ReadReply()->error().code(), Code::kBadRequest);
  ASSERT_TRUE(client.SendRequest(wire::Prove{}));
  EXPECT_EQ(client.ReadReply()->error().code(), Code::kBadRequest);
  ASSERT_TRUE(client.SendRequest(wire::Size{KeyOf("a")}));
  EXPECT_EQ(client.ReadReply()->error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace yundisk::net
