#include "common/redis/redis.h"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/private_redis.h"

namespace yundisk::redis {
namespace {

TEST(Redis, KeepsTextNumbersAndNothing) {
  Client client(test::SharedRedis().options());
  const std::string bytes("a\0\r\nb", 5);
  EXPECT_EQ(client.Run({"SET", "k", bytes}).value().text(), "OK");
  EXPECT_EQ(client.Run({"GET", "k"}).value().text(), bytes);
  EXPECT_TRUE(client.Run({"GET", "none"}).value().is_nil());
  EXPECT_EQ(client.Run({"DEL", "k"}).value().integer(), 1);
}

TEST(Redis, PipelinesInOrderAndReadsOnAfterARefusal) {
  Client client(test::SharedRedis().options());
  const auto replies = client.Pipeline({{"SET", "p", "1"}, {"INCR", "p"}, {"GET", "p"}}).value();
  EXPECT_EQ(replies[1].integer(), 2);
  EXPECT_EQ(replies[2].text(), "2");
  const auto refused = client.Pipeline({{"LPUSH", "p", "x"}, {"GET", "p"}});
  EXPECT_EQ(refused.error().code(), Code::kInternal);
  EXPECT_EQ(client.Run({"GET", "p"}).value().text(), "2");
  EXPECT_EQ(client.Run({"KEYS", "*"}).error().code(), Code::kInternal);
}

TEST(Redis, IdleConnectionsThatDiedAreReplaced) {
  test::PrivateRedis server;
  Client client(server.options());
  ASSERT_TRUE(client.Run({"PING"}).ok());
  server.Kill();
  server.Start();
  EXPECT_TRUE(client.Run({"PING"}).ok());
}

TEST(Redis, FailsAtOnceWhileItIsAwayAndComesBack) {
  test::PrivateRedis server;
  Client client(server.options());
  server.Kill();
  EXPECT_EQ(client.Run({"PING"}).error().code(), Code::kUnavailable);
  server.Start();
  EXPECT_TRUE(test::WaitUntil([&] { return client.Run({"PING"}).ok(); }));
}

TEST(Redis, AHungServerCostsTheTimeoutOnce) {
  test::PrivateRedis server;
  Options options = server.options();
  options.timeout = std::chrono::milliseconds(100);
  Client client(options);
  ASSERT_TRUE(client.Run({"PING"}).ok());
  server.Signal(SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Run({"PING"}).error().code(), Code::kUnavailable);
  const auto after_first = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(client.Run({"PING"}).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - after_first, std::chrono::milliseconds(100));
  EXPECT_GE(after_first - begin, std::chrono::milliseconds(100));
  server.Signal(SIGCONT);
  EXPECT_TRUE(test::WaitUntil([&] { return client.Run({"PING"}).ok(); }));
}

TEST(Redis, ManyThreadsShareAClient) {
  Client client(test::SharedRedis().options());
  ASSERT_TRUE(client.Run({"SET", "n", "0"}).ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) EXPECT_TRUE(client.Run({"INCR", "n"}).ok());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(client.Run({"GET", "n"}).value().text(), "800");
}

}  // namespace
}  // namespace yundisk::redis
