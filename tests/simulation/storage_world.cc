#include "tests/simulation/storage_world.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "storage_core/storage/one_shot.h"
#include "tests/simulation/content.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;
using storage::ObjectKey;

constexpr std::string_view kFolder = "/data";
constexpr std::string_view kSpool = "/spool";
constexpr std::size_t kClients = 4;
constexpr std::size_t kKeysPerClient = 6;
constexpr std::uint64_t kMaxLives = 6;
constexpr std::uint64_t kMaxOperationsPerLife = 40;
constexpr std::uint64_t kMaxEventsPerLife = 3000;
constexpr std::chrono::milliseconds kPause{3};
constexpr std::uint64_t kFailingSyncChances = 300;
constexpr std::uint64_t kScrubBytes = 64 << 10;

// Small sizes, so that a short run sees volumes filled, closed and compacted.
storage::LocalOptions Options() {
  storage::LocalOptions options;
  options.folder = kFolder;
  options.spool_folder = kSpool;
  options.large_object_bytes = 4000;
  options.min_free_bytes = 0;
  options.compaction_garbage_percent = 30;
  options.log = {.volume_bytes = 24 << 10, .prepare_bytes = 8 << 10};
  return options;
}

ObjectKey KeyOf(std::size_t key) { return {"app", "user", fmt::format("1/{}", key)}; }

// An index that claims to know the whole log: the planted bug of a start without replay.
class OverconfidentIndex final : public storage::Index {
 public:
  explicit OverconfidentIndex(storage::Index& index) : index_(index) {}

  Result<std::optional<storage::Entry>> Find(std::string_view key) const override {
    return index_.Find(key);
  }
  std::optional<Result<std::optional<storage::Entry>>> FindNow(
      std::string_view key) const override {
    return index_.FindNow(key);
  }
  Result<bool> HasLarge(const storage::LargeName& name) const override {
    return index_.HasLarge(name);
  }
  Result<std::vector<storage::IndexRow>> Next(std::string_view key,
                                              std::size_t count) const override {
    return index_.Next(key, count);
  }
  Result<storage::Checkpoint> LoadCheckpoint() const override {
    constexpr std::uint64_t kBeyondAll = 1'000'000;
    TRY(storage::Checkpoint checkpoint, index_.LoadCheckpoint());
    checkpoint.log.volume += kBeyondAll;
    return checkpoint;
  }
  Result<std::map<std::uint64_t, std::uint64_t>> LoadLiveBytes() const override {
    return index_.LoadLiveBytes();
  }
  Result<void> Apply(const storage::IndexChange& change) override { return index_.Apply(change); }
  Result<void> Flush() override { return index_.Flush(); }

 private:
  storage::Index& index_;
};

std::optional<Code> FailureOf(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

}  // namespace

// One run of the storage's process.
struct StorageWorld::Life {
  Life(StorageWorld& world)
      : scheduler(world.clock_, world.random_),
        files(world.disk_, scheduler, world.clock_),
        memory_index(world.flushed_index_),
        overconfident_index(memory_index),
        index(world.bugs_.no_replay ? static_cast<storage::Index&>(overconfident_index)
                                    : memory_index) {}

  Scheduler scheduler;
  SimulatedFileSystem files;
  storage::MemoryIndex memory_index;
  OverconfidentIndex overconfident_index;
  storage::Index& index;
  std::unique_ptr<storage::LocalEngine> engine;
  std::size_t clients_left = kClients;
  bool clients_done = false;
};

StorageWorld::StorageWorld(std::uint64_t seed, const Bugs& bugs)
    : random_(seed), bugs_(bugs), disk_(bugs.disk) {
  for (std::size_t i = 0; i < kClients * kKeysPerClient; ++i) {
    in_use_.push_back(keys_.size());
    keys_.emplace_back();
  }
}
StorageWorld::~StorageWorld() = default;

WorldReport StorageWorld::Play() {
  const std::uint64_t lives = 2 + random_.Below(kMaxLives - 1);
  for (std::uint64_t i = 0; i < lives && report_.violation.empty(); ++i) {
    PlayLife(i + 1 == lives);
    ++report_.lives;
  }
  return report_;
}

void StorageWorld::PlayLife(bool last) {
  Life life(*this);
  const bool fills_up = random_.OneIn(5);
  disk_.SetCapacity(fills_up ? 150'000 + random_.Below(300'000) : UINT64_MAX);
  sync_failed_ = false;
  boost::asio::co_spawn(life.scheduler.executor(), LiveOn(life), boost::asio::detached);
  if (last || random_.OneIn(4)) {
    life.scheduler.RunAll();
    if (sync_failed_ || random_.OneIn(2)) disk_.CutPower(random_);
    return;
  }
  const std::uint64_t crash_at = random_.Below(kMaxEventsPerLife);
  std::uint64_t events = 0;
  life.scheduler.RunUntil([&] { return ++events >= crash_at; });
  life.files.Kill();
  life.scheduler.RunAll();
  // Killing the process alone keeps what the kernel has. (After a failed sync the kernel shows what
  // is not on the disk: no program can tell, so that is not asked of the storage.)
  if (sync_failed_ || !random_.OneIn(3)) disk_.CutPower(random_);
  if (random_.OneIn(10)) flushed_index_ = {};
}

awaitable<void> StorageWorld::LiveOn(Life& life) {
  const storage::LocalEnvironment environment{
      life.files, life.files, life.scheduler, life.scheduler.executor(),
      clock_,     random_,    life.index};
  auto opened = co_await storage::LocalEngine::Open(environment, Options());
  if (!opened) {
    // A crash or a failing disk; anything else would be damage of our own making.
    const Code code = opened.error().code();
    if (code != Code::kIo && code != Code::kNoSpace)
      Violation("the storage does not start: " + opened.error().message());
    co_return;
  }
  life.engine = *std::move(opened);
  if (life.engine->recovery().damaged_records + life.engine->recovery().damaged_regions != 0)
    Violation("start-up found damage on a sound disk");
  co_await CheckAll(life);
  static_cast<void>(co_await life.engine->Sweep());
  for (std::size_t i = 0; i < kClients; ++i)
    boost::asio::co_spawn(life.scheduler.executor(), Client(life, i), boost::asio::detached);
  co_await Upkeep(life);
  if (life.files.dead()) co_return;
  co_await CheckAll(life);
  co_await CheckNoLeaks(life);
  static_cast<void>(co_await life.engine->Close());
}

awaitable<void> StorageWorld::Upkeep(Life& life) {
  while (!life.clients_done && !life.files.dead()) {
    co_await life.scheduler.Delay(kPause);
    if (random_.OneIn(kFailingSyncChances)) FailSync();
    switch (random_.Below(4)) {
      case 0: static_cast<void>(co_await life.engine->FlushIndex()); break;
      case 1: {
        const Result<bool> compacted = co_await life.engine->Compact();
        if (compacted && *compacted) ++report_.compactions;
        break;
      }
      case 2: static_cast<void>(co_await life.engine->Scrub(kScrubBytes)); break;
      default: static_cast<void>(co_await life.engine->RefreshFreeBytes()); break;
    }
  }
}

void StorageWorld::FailSync() {
  disk_.FailNextSync();
  sync_failed_ = true;
  ++report_.failed_syncs;
}

awaitable<void> StorageWorld::Client(Life& life, std::uint64_t number) {
  const std::uint64_t operations = random_.Below(kMaxOperationsPerLife);
  for (std::uint64_t i = 0; i < operations && !life.files.dead(); ++i) {
    co_await life.scheduler.Delay(kPause);
    const std::size_t key = PickKey(number);
    ++report_.operations;
    switch (random_.Below(10)) {
      case 0:
      case 1:
      case 2: co_await Upload(life, key); break;
      case 3: co_await Adopt(life, key); break;
      case 4: co_await BreakOff(life, key); break;
      case 5: co_await Race(life, key); break;
      case 6:
      case 7: co_await Read(life, key); break;
      case 8: co_await ReadRange(life, key); break;
      default: co_await Delete(life, key); break;
    }
  }
  if (--life.clients_left == 0) life.clients_done = true;
}

awaitable<void> StorageWorld::CheckAll(Life& life) {
  for (std::size_t key = 0; key < keys_.size() && !life.files.dead(); ++key)
    co_await Read(life, key);
}

// Every large file is some object's content, once nothing is going on.
awaitable<void> StorageWorld::CheckNoLeaks(Life& life) {
  const storage::Statistics statistics = life.engine->Describe();
  const bool stopped = std::ranges::find(statistics, std::pair<std::string, std::string>(
                                                         "writes", "accepted")) == statistics.end();
  if (stopped) co_return;
  std::size_t large_objects = 0;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    const auto info = co_await life.engine->Stat(KeyOf(key));
    if (life.files.dead()) co_return;
    if (info && info->size_bytes >= Options().large_object_bytes) ++large_objects;
  }
  const std::size_t files = disk_.Files(fmt::format("{}/large/", kFolder)).size();
  if (files != large_objects)
    Violation(fmt::format("{} large files for {} large objects", files, large_objects));
}

awaitable<void> StorageWorld::Upload(Life& life, std::size_t key) {
  // Half of the uploads are retries of what may be there.
  const ContentId content =
      keys_[key].content() && random_.OneIn(2) ? *keys_[key].content() : NewContent();
  MemorySource source(ContentOf(content));
  const ObjectKey name = KeyOf(key);
  const Result<void> put = co_await life.engine->Put(name, SizeOf(content), source);
  if (!put && put.error().code() == Code::kNoSpace) ++report_.full_disks;
  if (life.files.dead())
    keys_[key].UploadCutOff(content);
  else
    Expect(key, keys_[key].Uploaded(content, FailureOf(put)));
}

awaitable<void> StorageWorld::BreakOff(Life& life, std::size_t key) {
  const ContentId content = NewContent();
  Bytes bytes = ContentOf(content);
  if (bytes.empty()) co_return;
  bytes.resize(random_.Below(bytes.size()));
  MemorySource source(std::move(bytes));
  const ObjectKey name = KeyOf(key);
  const Result<void> put = co_await life.engine->Put(name, SizeOf(content), source);
  if (put) Violation("an upload that broke off succeeded");
}

// Two uploads of one key at once: at most one content wins.
awaitable<void> StorageWorld::Race(Life& life, std::size_t key) {
  const std::array<ContentId, 2> contents{NewContent(), NewContent()};
  const ObjectKey name = KeyOf(key);
  storage::OneShot<Result<void>> second_done;
  const auto second = [](Life& in, const ObjectKey& put_key, ContentId content,
                         storage::OneShot<Result<void>>& done) -> awaitable<void> {
    MemorySource source(ContentOf(content));
    done.Set(co_await in.engine->Put(put_key, SizeOf(content), source));
  };
  boost::asio::co_spawn(life.scheduler.executor(), second(life, name, contents[1], second_done),
                        boost::asio::detached);
  MemorySource source(ContentOf(contents[0]));
  const Result<void> first = co_await life.engine->Put(name, SizeOf(contents[0]), source);
  const Result<void> other = co_await second_done.Wait();
  if (life.files.dead()) {
    for (const ContentId content : contents) keys_[key].UploadCutOff(content);
    co_return;
  }
  if (first && other) Violation("two uploads of one key both succeeded");
  // The winner first: the loser may have been refused because of it.
  const bool second_won = other.ok();
  Expect(key,
         keys_[key].Uploaded(contents[second_won ? 1 : 0], FailureOf(second_won ? other : first)));
  Expect(key,
         keys_[key].Uploaded(contents[second_won ? 0 : 1], FailureOf(second_won ? first : other)));
}

awaitable<void> StorageWorld::Adopt(Life& life, std::size_t key) {
  const ContentId content = NewContent();
  const std::string spool_name = fmt::format("{:08}", ++spooled_);
  const std::string path = fmt::format("{}/{}", kSpool, spool_name);
  const Bytes bytes = ContentOf(content);
  disk_.PutFile(path, bytes);
  const ObjectKey name = KeyOf(key);
  const auto adopted = co_await life.engine->Adopt(name, bytes.size(), spool_name);
  if (life.files.dead()) {
    keys_[key].UploadCutOff(content);
    co_return;
  }
  const Result<void> outcome = adopted ? Result<void>() : Result<void>(adopted.error());
  Expect(key, keys_[key].Uploaded(content, FailureOf(outcome)));
  const bool put_back = disk_.Content(path) == bytes;
  if (adopted && put_back) Violation("an adopted file is still in the spool");
  if (!adopted && storage::NothingWritten(adopted.error()) && !put_back)
    Violation("a file that was not adopted is not in the spool any more");
}

awaitable<void> StorageWorld::Read(Life& life, std::size_t key) {
  const ObjectKey name = KeyOf(key);
  const Result<Bytes> read = co_await ReadAll(*life.engine, name, {});
  if (life.files.dead()) co_return;
  if (read)
    Expect(key, keys_[key].Found(Recognise(*read)));
  else if (read.error().code() == Code::kNotFound)
    Expect(key, keys_[key].NotFound());
  else
    Violation("reading failed: " + read.error().message());
}

awaitable<void> StorageWorld::ReadRange(Life& life, std::size_t key) {
  if (!keys_[key].content()) co_return;
  const Bytes whole = ContentOf(*keys_[key].content());
  const storage::ByteRange range{random_.Below(whole.size() + 2), random_.Below(whole.size() + 2)};
  const ObjectKey name = KeyOf(key);
  const Result<Bytes> read = co_await ReadAll(*life.engine, name, range);
  if (life.files.dead() || !keys_[key].content()) co_return;
  if (!read && read.error().code() == Code::kNotFound) co_return;  // a cut-off delete took hold
  if (range.offset > whole.size()) {
    if (read || read.error().code() != Code::kOutOfRange) Violation("a range beyond the end");
    co_return;
  }
  const std::size_t left = whole.size() - range.offset;
  const std::size_t size = range.size_bytes == 0 ? left : std::min(left, range.size_bytes);
  if (!read || !std::ranges::equal(*read, ByteView(whole).subspan(range.offset, size)))
    Violation("a range of wrong bytes was read");
}

awaitable<void> StorageWorld::Delete(Life& life, std::size_t key) {
  const ObjectKey name = KeyOf(key);
  const Result<void> removed = co_await life.engine->Remove(name);
  if (life.files.dead())
    keys_[key].DeleteCutOff();
  else
    Expect(key, keys_[key].Deleted(FailureOf(removed)));
}

// A deleted key is of little use any more: mostly it gives way to a new one.
std::size_t StorageWorld::PickKey(std::uint64_t client) {
  std::size_t& key = in_use_[client * kKeysPerClient + random_.Below(kKeysPerClient)];
  if (keys_[key].deleted() && !random_.OneIn(4)) {
    key = keys_.size();
    keys_.emplace_back();
  }
  return key;
}

ContentId StorageWorld::NewContent() { return next_content_++; }

void StorageWorld::Expect(std::size_t key, const std::string& misfit) {
  if (!misfit.empty()) Violation(fmt::format("key {}: {}", key, misfit));
}

void StorageWorld::Violation(const std::string& what) {
  if (report_.violation.empty()) report_.violation = what;
}

}  // namespace yundisk::simulation
