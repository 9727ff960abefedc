// The daemon as its clients see it: the binary protocol over a real socket, on a real disk.
#include "storage_core/storage/daemon.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "storage_core/client/connection.h"
#include "storage_core/storage/service.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/storage_core/storage/real_daemon.h"

namespace yundisk::storage {
namespace {

std::string PatternText(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 300) % 26);
  return text;
}

class DaemonTest : public testing::Test {
 protected:
  DaemonTest() {
    config_.listen = "127.0.0.1:" + std::to_string(FreePort());
    config_.name = "1a";
    config_.data_directory = folder_.File("1a");
    config_.spool_directory = folder_.File("spool");
    config_.min_free_bytes = 0;
    config_.replicate = false;
    config_.cluster.auth = "none";
    config_.cluster.trackers = {"127.0.0.1:1"};  // nobody there
    std::filesystem::create_directories(config_.spool_directory);
    Start();
  }
  ~DaemonTest() override { Stop(); }

  void Start() {
    stop_ = std::promise<void>();
    std::promise<void> serving;
    auto wait = [this, &serving, stopped = stop_.get_future().share()] {
      serving.set_value();
      stopped.wait();
    };
    outcome_ = std::async(std::launch::async, [this, wait] { return RunDaemon(config_, wait); });
    serving.get_future().wait();
    connection_ =
        *client::Connection::Open(config_.listen, wire::Service::kStorage, std::nullopt, kTimeouts);
  }
  void Stop() {
    if (!outcome_.valid()) return;
    connection_.reset();
    stop_.set_value();
    const Result<void> outcome = outcome_.get();
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
  }

  static wire::ObjectKey Key(std::string_view id) {
    return {*wire::Text<16>::From("app"), *wire::Text<256>::From("user"),
            *wire::Text<128>::From(id)};
  }
  Result<void> Upload(std::string_view id, std::string_view content) {
    return connection_->Upload({Key(id), content.size()}, AsBytes(content));
  }
  Result<std::string> Download(std::string_view id, std::uint64_t offset = 0,
                               std::uint64_t size = 0) {
    TRY(const std::uint64_t bytes, connection_->StartDownload({Key(id), offset, size}));
    std::string content(bytes, '\0');
    for (std::size_t at = 0; at < content.size();) {
      const auto rest = std::as_writable_bytes(std::span(content)).subspan(at);
      TRY(const std::size_t got, connection_->ReadContent(rest));
      at += got;
    }
    return content;
  }

  test::TemporaryFolder folder_;
  Config config_;
  std::promise<void> stop_;
  std::future<Result<void>> outcome_;
  std::unique_ptr<client::Connection> connection_;
};

TEST_F(DaemonTest, ServesEveryCommand) {
  for (const std::size_t size : {0UL, 5UL, 4096UL, 102'399UL, 102'400UL, 3'000'000UL}) {
    const std::string id = "1/" + std::to_string(size);
    const std::string content = PatternText(size);
    ASSERT_TRUE(Upload(id, content).ok());
    EXPECT_EQ(connection_->Call(wire::Size{Key(id)})->size_bytes, size);
    EXPECT_EQ(*Download(id), content);
    EXPECT_EQ(*Download(id, size / 2, size / 4 + 1), content.substr(size / 2, size / 4 + 1));
    EXPECT_EQ(Download(id, size + 1).error().code(), Code::kOutOfRange);
    const auto stat = connection_->Call(wire::Stat{Key(id)});
    EXPECT_EQ(stat->size_bytes, size);
    EXPECT_EQ(stat->local_file.view().starts_with("1a/large/"), size >= 102'400);
    ASSERT_TRUE(connection_->Call(wire::Delete{Key(id)}).ok());
    EXPECT_EQ(connection_->Call(wire::Delete{Key(id)}).error().code(), Code::kNotFound);
    EXPECT_EQ(Upload(id, content).error().code(), Code::kDeleted);
  }
  const auto statistics = connection_->Call(wire::Statistics{});
  EXPECT_NE(statistics->lines.text.find("objects\t0\n"), std::string::npos);
}

TEST_F(DaemonTest, ALocalFileIsTheObject) {
  const std::string content = PatternText(300'000);
  ASSERT_TRUE(Upload("1/1", content).ok());
  const auto stat = connection_->Call(wire::Stat{Key("1/1")});
  std::ifstream file(folder_.File(stat->local_file.str()), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), content);
}

TEST_F(DaemonTest, AdoptsAndRefusesToAdopt) {
  const std::string content = PatternText(200'000);
  const std::string spooled = config_.spool_directory + "/f";
  std::ofstream(spooled) << content;
  wire::Adopt adopt{Key("1/1"), content.size(), *wire::TextZ<255>::From("f")};
  std::filesystem::create_hard_link(spooled, config_.spool_directory + "/g");
  EXPECT_EQ(connection_->Call(adopt).error().code(), Code::kBadRequest);
  std::filesystem::remove(config_.spool_directory + "/g");
  std::filesystem::create_symlink(spooled, config_.spool_directory + "/h");
  wire::Adopt through_link{Key("1/1"), content.size(), *wire::TextZ<255>::From("h")};
  EXPECT_FALSE(connection_->Call(through_link).ok());
  EXPECT_TRUE(std::filesystem::exists(spooled));

  const auto adopted = connection_->Call(adopt);
  ASSERT_TRUE(adopted.ok()) << adopted.error().message();
  EXPECT_FALSE(std::filesystem::exists(spooled));
  EXPECT_EQ(*Download("1/1"), content);
}

TEST_F(DaemonTest, ARestartKeepsEverything) {
  ASSERT_TRUE(Upload("1/1", "hello").ok());
  ASSERT_TRUE(Upload("1/2", PatternText(200'000)).ok());
  Stop();
  Start();
  EXPECT_EQ(*Download("1/1"), "hello");
  EXPECT_EQ(*Download("1/2"), PatternText(200'000));
}

TEST_F(DaemonTest, ManyAtOnce) {
  std::vector<std::thread> clients;
  std::atomic<int> stored{0};
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([this, client, &stored] {
      auto connection = *client::Connection::Open(config_.listen, wire::Service::kStorage,
                                                  std::nullopt, kTimeouts);
      for (int i = 0; i < 50; ++i) {
        const std::string id = fmt::format("1/{}-{}", client, i);
        stored += connection->Upload({Key(id), 4}, AsBytes("abcd")).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(stored, 400);
}

TEST(DaemonConfig, HttpNeedsASecret) {
  const test::TemporaryFolder folder;
  Config config;
  config.listen = "127.0.0.1:0";
  config.http.listen = "127.0.0.1:0";
  config.data_directory = folder.File("1a");
  config.cluster.auth = "none";
  const Result<void> outcome = RunDaemon(config, [] {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message().find("storage.http_listen"), std::string::npos);
}

TEST(DaemonConfig, NeedsADataFolder) {
  Config config;
  config.cluster.auth = "none";
  const Result<void> outcome = RunDaemon(config, [] {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message().find("storage.data_directory"), std::string::npos);
}

}  // namespace
}  // namespace yundisk::storage
