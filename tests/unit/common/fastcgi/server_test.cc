// The server is run in a child process, as under spawn-fcgi: libfcgi's shutdown is for good.
#include "common/fastcgi/server.h"

#include <csignal>
#include <future>

#include <fcgiapp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/fastcgi/output.h"
#include "tests/support/child_process.h"
#include "tests/support/fastcgi_client.h"
#include "tests/support/temporary_folder.h"

namespace yundisk::fcgi {
namespace {

using test::FastCgiAnswer;
using test::FastCgiClient;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::size_t kLarge = (1 << 20) + 12'345;

// Distinct everywhere, so that a lost or repeated piece shows.
std::string LargeText() {
  std::string text;
  for (int i = 0; text.size() < kLarge; ++i) text += fmt::format("{},", i);
  text.resize(kLarge);
  return text;
}

Response Streamed(bool fails) {
  Response response;
  response.Set("Content-Length", std::to_string(kLarge));
  response.stream = [fails](const BodyWriter& write) -> Result<void> {
    const std::string text = LargeText();
    for (std::size_t at = 0; at < text.size(); at += 10'000) {
      if (fails && at > 100'000) return Error(Code::kIo, "the disk broke");
      if (!write(std::string_view(text).substr(at, 10'000))) return {};
    }
    return {};
  };
  return response;
}

Response Echo(Request& request) {
  const auto body = request.ReadBody(std::size_t{10} << 20);
  if (!body) return Problem(body.error());
  return Text(201, "text/plain", *body).Set("X-Header", std::string(request.Header("x-header")));
}

// "/bytes?n": that many, from the text above.
Response Bytes(const Request& request) {
  return Text(
      200, "text/plain",
      LargeText().substr(0, static_cast<std::size_t>(std::stoul(std::string(request.query())))));
}

// "/wait": says that it began by making the file "begun", and goes on when "go" is there.
Response Wait(const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder / "begun");
  test::WaitUntil([&] { return std::filesystem::exists(folder / "go"); });
  return Text(200, "text/plain", "waited");
}

Router MakeRouter(const std::filesystem::path& folder) {
  Router router;
  router.Add("GET", "/small", [](Request&) { return Text(200, "text/plain", "small"); });
  router.Add("GET", "/large", [](Request&) { return Text(200, "text/plain", LargeText()); });
  router.Add("GET", "/bytes", Bytes);
  router.Add("GET", "/stream", [](Request&) { return Streamed(false); });
  router.Add("GET", "/broken", [](Request&) { return Streamed(true); });
  router.Add("GET", "/throw", [](Request&) -> Response { throw std::runtime_error("secret"); });
  router.Add("GET", "/wait", [folder](Request&) { return Wait(folder); });
  router.Add("PUT", "/echo", Echo);
  return router;
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() : child_(fork()) {
    if (child_ == 0) RunServer();
    CHECK(test::WaitUntil([&] { return std::filesystem::exists(socket()); }));
  }
  ~ServerTest() override {
    if (child_ > 0) End(SIGKILL);
  }

  std::string socket() const { return folder_.File("socket"); }
  std::string metrics() const { return folder_.File("metrics"); }

  // The exit status; -1 when a signal ended it.
  int End(int signal) {
    kill(child_, signal);
    return Wait();
  }
  int Wait() {
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  test::TemporaryFolder folder_;
  pid_t child_;

 private:
  [[noreturn]] void RunServer() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    TakeOverSignals();
    auto registry = metrics::Registry::Open(metrics());
    FCGX_Init();
    const int listening = FCGX_OpenSocket(socket().c_str(), 16);
    const ServerOptions options{.program = "test", .threads = 4, .listen_socket = listening};
    _exit(Serve(options, MakeRouter(folder_.path()), *registry).ok() ? 0 : 1);
  }
};

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  FastCgiClient client(socket());
  for (int i = 0; i < 100; ++i) {
    const FastCgiAnswer answer = client.Get("/small");
    ASSERT_TRUE(answer.ended);
    ASSERT_EQ(answer.output,
              "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nsmall");
  }
  EXPECT_THAT(client.Get("/nothing").output, HasSubstr("Status: 404 Not Found\r\n"));
  EXPECT_THAT(metrics::Registry::Open(metrics())->PrometheusText(),
              HasSubstr("yundisk_http_requests_total{program=\"test\",status=\"2xx\"} 100\n"));
}

TEST_F(ServerTest, LargeAnswersComeWhole) {
  FastCgiClient client(socket());
  for (const char* target : {"/large", "/stream", "/large"}) {
    const FastCgiAnswer answer = client.Get(target);
    EXPECT_TRUE(answer.ended);
    EXPECT_THAT(answer.output, HasSubstr(fmt::format("Content-Length: {}\r\n", kLarge)));
    const std::size_t body = answer.output.find("\r\n\r\n") + 4;
    EXPECT_TRUE(answer.output.substr(body) == LargeText()) << target;
  }
}

TEST_F(ServerTest, EverySizeAroundTheBordersComesWhole) {
  FastCgiClient client(socket());
  const std::string text = LargeText();
  for (const std::size_t border : {kDirectBytes, kRecordBytes, 2 * kRecordBytes})
    for (const std::size_t size : {border - 1, border, border + 1, border + 7}) {
      const FastCgiAnswer answer = client.Get(fmt::format("/bytes?{}", size));
      ASSERT_TRUE(answer.ended) << size;
      ASSERT_TRUE(answer.output.substr(answer.output.find("\r\n\r\n") + 4) == text.substr(0, size))
          << size;
    }
  EXPECT_THAT(client.Get("/bytes?0").output, EndsWith("Content-Length: 0\r\n\r\n"));
}

TEST_F(ServerTest, BodiesAndHeadersComeIn) {
  FastCgiClient client(socket());
  const std::string body = LargeText();
  ASSERT_TRUE(client.Send({{"REQUEST_METHOD", "PUT"},
                           {"REQUEST_URI", "/echo"},
                           {"CONTENT_LENGTH", std::to_string(body.size())},
                           {"HTTP_X_HEADER", "two\r\nlines"}},
                          body));
  const FastCgiAnswer answer = client.Receive();
  EXPECT_THAT(answer.output, HasSubstr("Status: 201 Created\r\n"));
  EXPECT_THAT(answer.output, HasSubstr("X-Header: two  lines\r\n"));
  EXPECT_THAT(answer.output, EndsWith(body));
}

TEST_F(ServerTest, HeadHasNoBody) {
  FastCgiClient client(socket());
  ASSERT_TRUE(client.Send({{"REQUEST_METHOD", "HEAD"}, {"REQUEST_URI", "/small"}}));
  EXPECT_THAT(client.Receive().output, EndsWith("Content-Length: 5\r\n\r\n"));
}

TEST_F(ServerTest, AStreamThatFailsIsNeverTakenForWhole) {
  FastCgiClient client(socket());
  const FastCgiAnswer answer = client.Get("/broken");
  EXPECT_FALSE(answer.ended);
  EXPECT_LT(answer.output.size(), kLarge);
  EXPECT_EQ(FastCgiClient(socket()).Get("/small").ended, true);
}

TEST_F(ServerTest, AnExceptionIsA500WithoutItsText) {
  FastCgiClient client(socket());
  const FastCgiAnswer answer = client.Get("/throw");
  EXPECT_THAT(answer.output, HasSubstr("Status: 500 Internal Server Error\r\n"));
  EXPECT_THAT(answer.output, testing::Not(HasSubstr("secret")));
}

TEST_F(ServerTest, AClientThatHangsUpHurtsNobody) {
  for (int i = 0; i < 20; ++i) {
    FastCgiClient client(socket());
    client.SendPartAndHangUp(
        {{"REQUEST_METHOD", "PUT"}, {"REQUEST_URI", "/echo"}, {"CONTENT_LENGTH", "1000"}}, "half");
    FastCgiClient reader(socket());
    ASSERT_TRUE(reader.Send({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/stream"}}));
  }
  EXPECT_TRUE(FastCgiClient(socket()).Get("/small").ended);
}

TEST_F(ServerTest, StopsAtOnceWithIdleConnections) {
  FastCgiClient used(socket());
  ASSERT_TRUE(used.Get("/small").ended);
  FastCgiClient silent(socket());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(End(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_FALSE(used.Get("/small").ended);
}

TEST_F(ServerTest, FinishesRequestsInFlight) {
  FastCgiClient client(socket());
  auto answer = std::async(std::launch::async, [&] { return client.Get("/wait"); });
  ASSERT_TRUE(test::WaitUntil([&] { return std::filesystem::exists(folder_.path() / "begun"); }));
  kill(child_, SIGTERM);
  std::filesystem::create_directory(folder_.path() / "go");
  EXPECT_THAT(answer.get().output, EndsWith("waited"));
  EXPECT_EQ(Wait(), 0);
}

TEST_F(ServerTest, StopsBySigusr1AsMultiwatchSendsIt) {
  FastCgiClient client(socket());
  ASSERT_TRUE(client.Get("/small").ended);
  EXPECT_EQ(End(SIGUSR1), 0);
}

}  // namespace
}  // namespace yundisk::fcgi
