#include "player/http_stream.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/player/unit/scripted_server.h"

namespace yundisk::player {
namespace {

// Every position has its own bytes, so that a piece out of place shows.
std::string Content(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>((i * 2654435761U) >> 13);
  return content;
}

std::string ReadAll(HttpStream& stream, std::size_t piece = 100000) {
  std::string all;
  std::vector<std::byte> buffer(piece);
  for (auto count = stream.Read(buffer); count && *count > 0; count = stream.Read(buffer))
    for (std::size_t i = 0; i < *count; ++i) all.push_back(static_cast<char>(buffer[i]));
  return all;
}

std::string Answer(const std::string& status, const std::string& headers = "",
                   const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(HttpStream, ReadsTheWholeFile) {
  const std::string content = Content(9'000'000);
  ScriptedServer server([&](const std::string& request) { return PartOf(content, request, "a"); });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  EXPECT_EQ(stream.size_bytes(), content.size());
  EXPECT_EQ(ReadAll(stream), content);
  EXPECT_EQ(stream.problem(), StreamProblem::kNone);
}

TEST(HttpStream, PeeksWithoutTaking) {
  const std::string content = Content(5000);
  ScriptedServer server([&](const std::string& request) { return PartOf(content, request, "a"); });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  EXPECT_EQ(stream.Peek(1000).size(), 1000U);
  EXPECT_EQ(stream.Peek(6000).size(), 5000U);
  EXPECT_EQ(ReadAll(stream), content);
}

TEST(HttpStream, SeeksForwardsAndBack) {
  const std::string content = Content(1'000'000);
  ScriptedServer server([&](const std::string& request) { return PartOf(content, request, "a"); });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  for (const std::size_t offset : {999'999UL, 0UL, 500'000UL, 1'000'000UL, 1UL}) {
    ASSERT_TRUE(stream.Seek(offset));
    EXPECT_EQ(ReadAll(stream), content.substr(offset)) << offset;
  }
  EXPECT_FALSE(stream.Seek(1'000'001));
}

TEST(HttpStream, GoesOnWhereTheConnectionBroke) {
  const std::string content = Content(300'000);
  ScriptedServer server([&](const std::string& request) {
    const std::string whole = PartOf(content, request, "a");
    return whole.substr(0, std::min<std::size_t>(whole.size(), 100'000));
  });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  EXPECT_EQ(ReadAll(stream), content);
  EXPECT_EQ(server.requests().size(), 4U);
  EXPECT_THAT(server.requests().back(), testing::HasSubstr("Range: bytes=29"));
}

TEST(HttpStream, DoesNotMixTwoFiles) {
  const std::string content = Content(300'000);
  int count = 0;
  ScriptedServer server([&](const std::string& request) {
    const std::string whole = PartOf(content, request, ++count == 1 ? "old" : "new");
    return whole.substr(0, std::min<std::size_t>(whole.size(), 100'000));
  });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  EXPECT_LT(ReadAll(stream).size(), content.size());
  EXPECT_EQ(stream.problem(), StreamProblem::kChanged);
}

TEST(HttpStream, RefusesAnswersToAnotherQuestion) {
  const std::string content = Content(1000);
  ScriptedServer server(
      [&](const std::string&) { return PartOf(content, "Range: bytes=7-", "a"); });
  HttpStream stream(server.Url());
  EXPECT_FALSE(stream.Open());
  EXPECT_EQ(stream.problem(), StreamProblem::kUnsuitable);
}

TEST(HttpStream, TakesAServerWithoutRangesFromTheBeginningOnly) {
  const std::string content = Content(1000);
  ScriptedServer server([&](const std::string&) { return Answer("200 OK", "", content); });
  HttpStream stream(server.Url());
  ASSERT_TRUE(stream.Open());
  EXPECT_EQ(ReadAll(stream), content);
  ASSERT_TRUE(stream.Seek(500));
  EXPECT_EQ(ReadAll(stream), "");
  EXPECT_EQ(stream.problem(), StreamProblem::kUnsuitable);
}

TEST(HttpStream, AnEmptyFileIsEmpty) {
  ScriptedServer server([&](const std::string&) {
    return Answer("416 Range Not Satisfiable", "Content-Range: bytes */0\r\n");
  });
  HttpStream stream(server.Url());
  EXPECT_TRUE(stream.Open());
  EXPECT_EQ(stream.size_bytes(), 0U);
  EXPECT_EQ(ReadAll(stream), "");
}

struct StatusCase {
  const char* status;
  StreamProblem problem;
};

class HttpStatus : public testing::TestWithParam<StatusCase> {};

TEST_P(HttpStatus, BecomesItsProblemAtOnce) {
  ScriptedServer server([](const std::string&) {
    return Answer(GetParam().status, "Location: http://127.0.0.1:1/elsewhere\r\n", "some words");
  });
  HttpStream stream(server.Url());
  EXPECT_FALSE(stream.Open());
  EXPECT_EQ(stream.problem(), GetParam().problem);
  EXPECT_EQ(server.requests().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(HttpStream, HttpStatus,
                         testing::Values(StatusCase{"410 Gone", StreamProblem::kExpired},
                                         StatusCase{"404 Not Found", StreamProblem::kNotFound},
                                         StatusCase{"403 Forbidden", StreamProblem::kRefused},
                                         StatusCase{"302 Found", StreamProblem::kRedirected},
                                         StatusCase{"307 Temporary", StreamProblem::kRedirected},
                                         StatusCase{"500 Error", StreamProblem::kServer},
                                         StatusCase{"204 Nothing", StreamProblem::kUnsuitable}));

TEST(HttpStream, NobodyListensThere) {
  HttpStream stream("http://127.0.0.1:1/api/v1/signed/t/n");
  EXPECT_FALSE(stream.Open());
  EXPECT_EQ(stream.problem(), StreamProblem::kUnreachable);
}

TEST(HttpStream, CanBeCancelledWhileItWaits) {
  ScriptedServer server([](const std::string&) { return ""; });
  HttpStream stream(server.Url());
  std::thread waiting([&stream] { EXPECT_FALSE(stream.Open()); });
  while (server.requests().empty()) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  stream.Cancel();
  waiting.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_EQ(stream.problem(), StreamProblem::kCancelled);
}

}  // namespace
}  // namespace yundisk::player
