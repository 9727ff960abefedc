#include "storage_core/storage/http/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "storage_core/storage/http/server.h"
#include "tests/unit/common/net/memory_stream.h"
#include "tests/unit/common/net/raw_client.h"
#include "tests/unit/storage_core/storage/http/memory_engine.h"

namespace yundisk::storage {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Pattern(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 300) % 26);
  return text;
}

class HttpSessionTest : public testing::Test {
 protected:
  std::string Target(std::string_view file_id, std::uint64_t life_s = 60) const {
    client::ObjectUrl url;
    url.application = "app";
    url.user = "user";
    url.file_id = file_id;
    url.name = "a.mp4";
    url.expires_at_s = SecondsSince1970(clock_.Now()) + life_s;
    return signer_.Sign(url).value();
  }
  std::string Request(std::string_view method, std::string_view target,
                      std::string_view fields = "") const {
    return fmt::format("{} {} HTTP/1.1\r\nHost: h\r\n{}\r\n", method, target, fields);
  }
  // What a connection answers to these bytes until it ends.
  std::string Talk(std::string input, std::size_t piece_bytes = 1 << 20) {
    net::MemoryStream::Record record;
    boost::asio::io_context context;
    const HttpParts parts{config_, signer_, engine_, clock_};
    HttpSession session(std::make_unique<net::MemoryStream>(std::move(input), piece_bytes, record),
                        parts);
    bool ended = false;
    boost::asio::co_spawn(context, session.Run(), [&](const std::exception_ptr& escaped) {
      EXPECT_FALSE(escaped);
      ended = true;
    });
    context.run();
    EXPECT_TRUE(ended && record.closed);
    return record.written;
  }
  static std::string BodyOf(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }

  SystemClock clock_;
  HttpConfig config_;
  wire::Secret secret_{};
  client::UrlSigner signer_{secret_};
  MemoryEngine engine_;
};

TEST_F(HttpSessionTest, SendsObjectsOfManySizes) {
  for (const std::size_t size : {0, 1, 999, 1000, 1001, 50'000, 600'000}) {
    const std::string content = Pattern(size);
    engine_.Add("1/1", content);
    const std::string answer = Talk(Request("GET", Target("1/1")));
    EXPECT_THAT(answer.substr(0, answer.find("\r\n\r\n")), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(BodyOf(answer), content);
    const std::string head = Talk(Request("HEAD", Target("1/1")));
    EXPECT_THAT(head, HasSubstr(fmt::format("Content-Length: {}\r\n", size)));
    EXPECT_EQ(BodyOf(head), "");
  }
}

TEST_F(HttpSessionTest, SendsRanges) {
  const std::string content = Pattern(5000);
  engine_.Add("1/1", content);
  const std::string one = Talk(Request("GET", Target("1/1"), "Range: bytes=990-2010\r\n"));
  EXPECT_EQ(BodyOf(one), content.substr(990, 1021));
  const std::string two = Talk(Request("GET", Target("1/1"), "Range: bytes=-3,0-1499\r\n"));
  const std::string boundary(32, '0');
  EXPECT_EQ(BodyOf(two),
            "--" + boundary + "\r\nContent-Type: video/mp4\r\nContent-Range: bytes 4997-4999/5000" +
                "\r\n\r\n" + content.substr(4997) + "\r\n--" + boundary +
                "\r\nContent-Type: video/mp4\r\nContent-Range: bytes 0-1499/5000\r\n\r\n" +
                content.substr(0, 1500) + "\r\n--" + boundary + "--\r\n");
}

TEST_F(HttpSessionTest, PipelinedRequestsHoweverTheyAreCut) {
  engine_.Add("1/1", "one");
  engine_.Add("1/2", "two");
  const std::string input = Request("GET", Target("1/1")) + Request("HEAD", Target("1/2")) +
                            Request("GET", "/nonsense") + Request("GET", Target("1/2"));
  const std::string whole = Talk(input);
  EXPECT_THAT(whole, EndsWith("\r\n\r\ntwo"));
  EXPECT_THAT(whole, HasSubstr("\r\n\r\noneHTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(whole, HasSubstr("}HTTP/1.1 200 OK\r\n"));
  for (const std::size_t piece : {1, 2, 7, 100}) {
    const std::string cut = Talk(input, piece);
    EXPECT_EQ(cut.size(), whole.size()) << piece;
    EXPECT_THAT(cut, EndsWith("two"));
  }
}

TEST_F(HttpSessionTest, AsksTheEngineOnlyForWhatIsSigned) {
  engine_.Add("1/1", "one");
  std::string altered = Target("1/1");
  altered.back() = altered.back() == '0' ? '1' : '0';
  for (const std::string& target :
       {altered, std::string("/1/1"), std::string("/1/1?user=user"), std::string("/"),
        Target("1/1", 0), Target("1/1", 8 * 86'400)}) {
    const std::string answer = Talk(Request("GET", target));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"")) << target;
    EXPECT_THAT(answer, Not(StartsWith("HTTP/1.1 2"))) << target;
  }
  EXPECT_EQ(engine_.calls, 0);
  EXPECT_THAT(Talk(Request("GET", Target("1/2"))), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpSessionTest, WhatIsNotKnownNowIsAskedOfAnother) {
  engine_.Add("1/1", "one").stat_fails = Code::kUnavailable;
  const std::string answer = Talk(Request("GET", Target("1/1")));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
  engine_.Add("1/2", Pattern(3000)).damaged_from = 10;
  const std::string damaged = Talk(Request("GET", Target("1/2")) + Request("GET", "/x"));
  EXPECT_THAT(damaged, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(damaged, HasSubstr("}HTTP/1.1 404 ")) << "the connection stays";
}

TEST_F(HttpSessionTest, DamageFoundLateCutsTheAnswer) {
  const std::string content = Pattern(5000);
  engine_.Add("1/1", content).damaged_from = 3500;
  const std::string answer = Talk(Request("GET", Target("1/1")) + Request("GET", Target("1/1")));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5000\r\n"));
  EXPECT_EQ(BodyOf(answer), content.substr(0, 3000)) << "and nothing after it";
}

TEST_F(HttpSessionTest, RefusesWhatItCannotRead) {
  engine_.Add("1/1", "one");
  const std::string target = Target("1/1");
  const auto closes = [&](const std::string& input, std::string_view status) {
    const std::string answer = Talk(input + Request("GET", target));
    EXPECT_THAT(answer, StartsWith(fmt::format("HTTP/1.1 {} ", status))) << input;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << input;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << input;
  };
  closes("nonsense\r\n\r\n", "400");
  closes(Request("GET", target, "Content-Length: 5\r\n") + "GET /", "400");
  closes(Request("GET", target, "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", "400");
  closes(Request("POST", target, "Content-Length: 5\r\n") + "12345", "405");
  closes(Request("GET", target, "X: " + std::string(kMaxHeadBytes, 'x') + "\r\n"), "431");
  closes(std::string(kMaxHeadBytes + 1, 'x'), "431");
  EXPECT_THAT(Talk(Request("DELETE", target) + Request("GET", target)), EndsWith("one"));
  EXPECT_EQ(Talk("GET / HTT"), "");
  EXPECT_EQ(Talk(""), "");
}

TEST_F(HttpSessionTest, EndsWhereTheClientWants) {
  engine_.Add("1/1", "one");
  const std::string request = Request("GET", Target("1/1"), "Connection: close\r\n");
  const std::string answer = Talk(request + request);
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
}

// Over sockets: what memory has not.
class HttpServerTest : public HttpSessionTest {
 protected:
  void Start() {
    config_.listen = "127.0.0.1:0";
    server_ = std::make_unique<HttpServer>(loops_, config_, secret_, engine_, clock_,
                                           std::chrono::seconds(5));
    const auto started = server_->Start();
    ASSERT_TRUE(started.ok()) << started.error().message();
  }

  net::LoopPool loops_{2};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, SendsVouchedFilesAsTheyAre) {
  const std::string content = Pattern(3'000'000);
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fwrite(content.data(), 1, content.size(), file), content.size());
  std::fflush(file);
  engine_.Add("1/1", content).file = ::fileno(file);
  Start();
  net::RawClient client(server_->port());
  const std::string fields = "Range: bytes=5-6,1000000-2999999\r\nConnection: close\r\n";
  ASSERT_TRUE(client.Send(AsBytes(Request("GET", Target("1/1"), fields))));
  std::string answer;
  std::string piece(1 << 16, '\0');
  for (ssize_t got = 0; (got = ::recv(client.fd(), piece.data(), piece.size(), 0)) > 0;)
    answer.append(piece, 0, static_cast<std::size_t>(got));
  EXPECT_THAT(answer.substr(0, 200), StartsWith("HTTP/1.1 206 "));
  EXPECT_NE(answer.find("\r\n\r\n" + content.substr(5, 2) + "\r\n--"), std::string::npos);
  EXPECT_NE(answer.find("\r\n\r\n" + content.substr(1'000'000) + "\r\n--"), std::string::npos);
  std::fclose(file);
}

TEST_F(HttpServerTest, ASlowHeadIsCutOff) {
  config_.header_timeout_s = std::chrono::seconds(1);
  Start();
  net::RawClient client(server_->port());
  ASSERT_TRUE(client.Send(AsBytes("GET / HTTP/1.1\r\n")));
  EXPECT_TRUE(client.ReadsEnd());
}

TEST_F(HttpServerTest, AStoppingServerEndsIdleConnections) {
  Start();
  net::RawClient client(server_->port());
  ASSERT_TRUE(client.Send(AsBytes(Request("GET", "/"))));
  ASSERT_TRUE(client.Read(1));
  server_->Stop();
  while (client.Read(1)) continue;
  EXPECT_TRUE(client.ReadsEnd());
}

}  // namespace
}  // namespace yundisk::storage
