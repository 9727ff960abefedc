// A local engine on the simulated disk, with everything a test of it needs. Every call runs the
// simulated machine until nothing is left to do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "storage_core/storage/local_engine.h"
#include "storage_core/storage/memory_index.h"
#include "tests/simulation/content.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_disk.h"

namespace yundisk::storage {

inline Bytes BytesOf(std::string_view text) {
  const ByteView view = AsBytes(text);
  return Bytes(view.begin(), view.end());
}

inline Bytes Pattern(std::size_t size, unsigned char seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + seed + i / 251);
  return bytes;
}

inline ObjectKey Key(std::string_view id) { return {"app", "user", id}; }

class EngineFixture : public testing::Test {
 protected:
  EngineFixture() {
    options_.folder = "/data";
    options_.spool_folder = "/spool";
    options_.node_name = "1a";
    options_.large_object_bytes = 10'000;
    options_.min_free_bytes = 0;
    options_.log = {.volume_bytes = 64 << 10, .prepare_bytes = 16 << 10};
  }
  ~EngineFixture() override { Stop(); }

  // Opens the engine; a crash of the machine when one was open.
  void Start() {
    Stop();
    life_ = std::make_unique<Life>(*this);
    const LocalEnvironment environment{
        life_->files, life_->files, life_->scheduler, life_->scheduler.executor(),
        clock_,       random_,      life_->index};
    auto opened = Await(LocalEngine::Open(environment, options_));
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    life_->engine = *std::move(opened);
  }
  void StartAfterPowerCut() {
    Stop();
    disk_.CutPower(random_);
    Start();
  }
  void Stop() {
    if (life_) {
      life_->files.Kill();
      life_->scheduler.RunAll();
    }
    life_.reset();
  }
  void LoseIndex() { flushed_index_ = {}; }

  template <typename T>
  Result<T> Await(Task<T> task) {
    std::optional<Result<T>> result;
    Spawn(std::move(task), result);
    life_->scheduler.RunAll();
    EXPECT_TRUE(result.has_value()) << "the task never ended";
    return *std::move(result);
  }
  // Starts the task; its result comes while the machine runs.
  template <typename T>
  void Spawn(Task<T> task, std::optional<Result<T>>& result) {
    const auto run = [](Task<T> inner,
                        std::optional<Result<T>>& out) -> boost::asio::awaitable<void> {
      out.emplace(co_await std::move(inner));
    };
    boost::asio::co_spawn(life_->scheduler.executor(), run(std::move(task), result),
                          boost::asio::detached);
  }
  void RunAll() { life_->scheduler.RunAll(); }

  Result<void> Put(std::string_view id, const Bytes& content) {
    simulation::MemorySource source(content);
    const ObjectKey key = Key(id);
    return Await(engine().Put(key, content.size(), source));
  }
  Result<Bytes> Get(std::string_view id, ByteRange range = {}) {
    const ObjectKey key = Key(id);
    return Await(simulation::ReadAll(engine(), key, range));
  }
  Result<void> Remove(std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(engine().Remove(key));
  }
  Result<ObjectInfo> Stat(std::string_view id) {
    const ObjectKey key = Key(id);
    return Await(engine().Stat(key));
  }
  Code CodeOf(const Result<void>& result) {
    EXPECT_FALSE(result.ok());
    return result ? Code::kInternal : result.error().code();
  }
  template <typename T>
  Code CodeOf(const Result<T>& result) {
    EXPECT_FALSE(result.ok());
    return result ? Code::kInternal : result.error().code();
  }
  std::string Statistic(const std::string& name) {
    for (const auto& [known, value] : engine().Describe())
      if (known == name) return value;
    return {};
  }
  // Where the text lies in the file.
  std::uint64_t Locate(const std::string& path, const Bytes& what) {
    const Bytes content = *disk_.Content(path);
    const auto found = std::search(content.begin(), content.end(), what.begin(), what.end());
    EXPECT_NE(found, content.end());
    return static_cast<std::uint64_t>(found - content.begin());
  }

  LocalEngine& engine() { return *life_->engine; }
  std::vector<std::string> volumes() const { return disk_.Files("/data/volumes/"); }
  std::vector<std::string> large_files() const { return disk_.Files("/data/large/"); }

  struct Life {
    explicit Life(EngineFixture& test)
        : scheduler(test.clock_, test.random_),
          files(test.disk_, scheduler, test.clock_),
          index(test.flushed_index_) {}
    simulation::Scheduler scheduler;
    simulation::SimulatedFileSystem files;
    MemoryIndex index;
    std::unique_ptr<LocalEngine> engine;
  };

  simulation::VirtualClock clock_;
  simulation::SeededRandom random_{1};
  simulation::SimulatedDisk disk_{simulation::DiskBug::kNone};
  MemoryIndexContent flushed_index_;
  LocalOptions options_;
  std::unique_ptr<Life> life_;
};

}  // namespace yundisk::storage
