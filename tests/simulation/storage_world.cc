#include "tests/simulation/storage_world.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/simulation/content.h"
#include "tests/simulation/storage_life.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kFolder = "/data";
constexpr std::uint64_t kMaxLives = 6;
constexpr std::uint64_t kMaxOperationsPerLife = 40;
constexpr std::uint64_t kMaxEventsPerLife = 3000;
constexpr std::chrono::milliseconds kPause{3};
constexpr std::uint64_t kScrubBytes = 64 << 10;
constexpr std::chrono::seconds kDay = std::chrono::hours(24);
// Beyond the clients' numbers.
constexpr std::uint32_t kUpkeepActor = 100;
constexpr std::uint32_t kMachineActor = 101;
constexpr std::uint32_t kLifeItself = UINT32_MAX;

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

}  // namespace

StorageWorld::StorageWorld(WorldOptions options) : World(std::move(options)) {
  for (std::size_t i = 0; i < kClients * kKeysPerClient; ++i) {
    in_use_.push_back(keys_.size());
    keys_.emplace_back();
  }
}
StorageWorld::~StorageWorld() = default;

WorldReport StorageWorld::Play() {
  SeededRandom dice = DiceOf({kLifeItself, kMachineActor, 0});
  const std::uint64_t lives = 2 + dice.Below(kMaxLives - 1);
  for (std::uint32_t i = 0; i < lives && report_.violation.empty(); ++i) {
    PlayLife(i, i + 1 == lives);
    Happened(Count::kLives);
  }
  report_.simulated = clock_.Steady().time_since_epoch();
  return report_;
}

void StorageWorld::PlayLife(std::uint32_t number, bool last) {
  Life life(*this, number);
  SeededRandom dice = DiceOf({number, kMachineActor, kLifeItself});
  const bool fills_up = dice.OneIn(5);
  disk_.SetCapacity(fills_up ? 150'000 + dice.Below(300'000) : UINT64_MAX);
  life.idle = dice.OneIn(8);  // starts and ends, and nobody comes
  if (dice.OneIn(8)) {
    const auto days = static_cast<std::int64_t>(dice.Below(60)) - 20;
    clock_.Jump(kDay * days);
    Happened(Count::kClockJumps);
    Trace(fmt::format("the time of day jumps by {} days", days));
  }
  disk_.FailNextSync(0);
  disk_.FailNextWrite(0);
  disk_failed_ = false;
  over_ = false;
  for (KeyModel& key : keys_) key.Restarted();
  if (dice.OneIn(60)) FailDisk(dice.OneIn(2));  // while it starts
  Trace("the storage starts");
  boost::asio::co_spawn(life.scheduler.executor(), LiveOn(life), boost::asio::detached);
  EndLife(life, dice, last);
}

void StorageWorld::EndLife(Life& life, SeededRandom& dice, bool last) {
  const bool ends_in_order = last || dice.OneIn(4);
  const std::uint64_t crash_at = dice.Below(kMaxEventsPerLife);
  // Killing the process alone keeps what the kernel has. (After a failed write or sync the kernel
  // shows what is not on the disk: no program can tell, so that is not asked of the storage.)
  const bool power_fails = ends_in_order ? dice.OneIn(2) : !dice.OneIn(3);
  const bool index_lost = dice.OneIn(10);
  if (!ends_in_order) {
    std::uint64_t events = 0;
    life.scheduler.RunUntil([&] { return ++events >= crash_at; });
    life.files.Kill();
    Happened(Count::kKills);
    Trace("the process is killed");
  }
  over_ = !ends_in_order;
  life.scheduler.RunAll();
  if (power_fails || disk_failed_) {
    disk_.CutPower(random_);
    Happened(Count::kPowerCuts);
    Trace("the power fails");
  }
  if (!index_lost) return;
  flushed_index_ = {};
  Happened(Count::kLostIndexes);
  Trace("the index is lost");
}

awaitable<void> StorageWorld::LiveOn(Life& life) {
  const storage::LocalEnvironment environment{
      life.files, life.files, life.scheduler, life.scheduler.executor(),
      clock_,     random_,    life.index};
  auto opened = co_await storage::LocalEngine::Open(environment, Options());
  if (!opened) {
    // A crash or a failing disk; anything else would be damage of our own making.
    const Code code = opened.error().code();
    if (!life.files.dead() && code != Code::kIo && code != Code::kNoSpace)
      Violation("the storage does not start: " + opened.error().message());
    co_return;
  }
  life.engine = *std::move(opened);
  const storage::RecoveryReport& recovery = life.engine->recovery();
  if (rotten_.empty() && recovery.damaged_records + recovery.damaged_regions != 0)
    Violation("start-up found damage on a sound disk");
  co_await CheckAll(life);
  for (std::uint32_t i = 0; i < kClients; ++i)
    boost::asio::co_spawn(life.scheduler.executor(), Client(life, i), boost::asio::detached);
  co_await Upkeep(life);
  if (life.files.dead()) co_return;
  co_await CheckAll(life);
  co_await CheckNoLeaks(life);
  co_await CheckScrub(life);
  static_cast<void>(co_await life.engine->Close());
}

awaitable<void> StorageWorld::Upkeep(Life& life) {
  static_cast<void>(co_await life.engine->Sweep());
  for (std::uint32_t i = 0; life.clients_left > 0 && !life.files.dead(); ++i) {
    co_await life.scheduler.Delay(kPause);
    SeededRandom fate = DiceOf({life.number, kMachineActor, i});
    if (Begin({life.number, kMachineActor, i})) Befall(fate);
    SeededRandom dice = DiceOf({life.number, kUpkeepActor, i});
    if (Begin({life.number, kUpkeepActor, i})) co_await Keep(life, dice);
  }
}

awaitable<void> StorageWorld::Keep(Life& life, SeededRandom& dice) {
  switch (dice.Below(4)) {
    case 0: {
      Trace("the index is flushed");
      static_cast<void>(co_await life.engine->FlushIndex());
      break;
    }
    case 1: {
      const Result<bool> compacted = co_await life.engine->Compact();
      if (!compacted || !*compacted) break;
      Happened(Count::kCompactions);
      Trace("a volume was compacted");
      break;
    }
    case 2: static_cast<void>(co_await life.engine->Scrub(kScrubBytes)); break;
    default: static_cast<void>(co_await life.engine->RefreshFreeBytes()); break;
  }
}

void StorageWorld::Befall(SeededRandom& dice) {
  constexpr std::uint64_t kFailingDiskChances = 150;
  constexpr std::uint64_t kRotChances = 200;
  if (dice.OneIn(kFailingDiskChances)) FailDisk(dice.OneIn(2));
  // Every other world has sound disks: damage forbids some checks.
  if (options_.seed % 2 == 0 && dice.OneIn(kRotChances)) Rot(dice);
}

void StorageWorld::FailDisk(bool sync) {
  disk_failed_ = true;
  if (sync) {
    disk_.FailNextSync();
    Happened(Count::kFailedSyncs);
  } else {
    disk_.FailNextWrite();
    Happened(Count::kFailedWrites);
  }
  Trace(sync ? "the next sync will fail" : "the next write will fail");
}

void StorageWorld::Rot(SeededRandom& dice) {
  const std::size_t key = dice.Below(keys_.size());
  if (!keys_[key].content() || IsRotten(key)) return;
  if (disk_.RotEvery(ContentOf(*keys_[key].content()), dice) == 0) return;
  rotten_.insert(key);
  Happened(Count::kRot);
  Trace(fmt::format("key {} rots on the disk", key));
}

awaitable<void> StorageWorld::Client(Life& life, std::uint32_t number) {
  SeededRandom own = DiceOf({life.number, number, kLifeItself});
  const std::uint64_t operations = life.idle ? 0 : own.Below(kMaxOperationsPerLife);
  for (std::uint32_t i = 0; i < operations && !life.files.dead(); ++i) {
    co_await life.scheduler.Delay(kPause);
    const OperationId id{life.number, number, i};
    SeededRandom dice = DiceOf(id);
    if (Begin(id)) co_await Operate(life, number, dice);
  }
  --life.clients_left;
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
  if (stopped || !rotten_.empty()) co_return;
  std::size_t large_objects = 0;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    const storage::ObjectKey name = KeyOf(key);
    const auto info = co_await life.engine->Stat(name);
    if (life.files.dead()) co_return;
    if (info && info->size_bytes >= Options().large_object_bytes) ++large_objects;
  }
  const std::size_t files = disk_.Files(fmt::format("{}/large/", kFolder)).size();
  if (files != large_objects)
    Violation(fmt::format("{} large files for {} large objects", files, large_objects));
}

// What a reader would find damaged, the scrub has found before.
awaitable<void> StorageWorld::CheckScrub(Life& life) {
  constexpr int kRounds = 3;
  if (rotten_.empty() || disk_failed_) co_return;
  clock_.Jump(kDay * 100);
  for (int round = 0; round < kRounds; ++round)
    static_cast<void>(co_await life.engine->Scrub(UINT64_MAX));
  for (const std::size_t key : rotten_) {
    const storage::ObjectKey name = KeyOf(key);
    const auto info = co_await life.engine->Stat(name);
    const Result<Bytes> read = co_await ReadAll(*life.engine, name, {});
    if (life.files.dead()) co_return;
    if (info && !read && read.error().code() == Code::kCorrupt)
      Violation(fmt::format("key {}: the scrub did not find its damage", key));
  }
}

bool StorageWorld::Begin(const OperationId& id) {
  if (!World::Begin(id)) return false;
  if (id.actor < kClients) Happened(Count::kOperations);
  return true;
}

void StorageWorld::Expect(std::size_t key, const std::string& misfit) {
  if (!misfit.empty() && !IsRotten(key)) Violation(fmt::format("key {}: {}", key, misfit));
}

void StorageWorld::TraceOutcome(std::string_view what, std::size_t key,
                                const Result<void>& outcome) {
  if (!tracing() || over_) return;
  Trace(fmt::format("key {}: {}: {}", key, what, outcome ? "done" : outcome.error().message()));
}

}  // namespace yundisk::simulation
