#include "tests/simulation/cluster_world.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/net/caller.h"
#include "tests/simulation/cluster_endpoint.h"
#include "tests/simulation/content.h"
#include "tests/simulation/planted.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;

constexpr std::size_t kSlots = 12;
constexpr std::chrono::milliseconds kUpkeepPause{500};
constexpr std::chrono::seconds kRestWithin{120};
constexpr std::chrono::seconds kScrubbed{20};
constexpr std::chrono::milliseconds kLook{500};
constexpr std::uint64_t kScrubBytes = 256 << 10;
constexpr std::uint64_t kRoundsBetweenRepairs = 40;
// Of several worlds at once; enough for all of one to be built from.
constexpr std::uint32_t kBuilder = 200;

}  // namespace

ClusterWorld::ClusterWorld(const WorldOptions& options) : World(options) { Build(); }
ClusterWorld::~ClusterWorld() = default;

void ClusterWorld::Build() {
  SeededRandom dice = DiceOf({0, kBuilder, 0});
  const std::size_t groups = 1 + dice.Below(3);
  for (std::size_t group = 1; group <= groups; ++group) {
    const bool three = groups == 1 ? dice.OneIn(2) : dice.OneIn(6);
    const std::size_t usual = three ? 3 : 2;
    const std::size_t members = dice.OneIn(12) ? 1 : usual;
    for (std::size_t i = 0; i < members; ++i) AddStorage(group, i, members);
  }
  const bool all_of_three =
      std::ranges::all_of(storages_, [](const auto& storage) { return storage->others == 2; });
  if (all_of_three && dice.OneIn(2)) rules_.min_replicas = 2;
  const auto add = [this](std::string address, bool tracker) {
    (tracker ? rules_.trackers : id_servers_).push_back(address);
    daemons_.push_back(
        std::make_unique<Daemon>(Daemon{std::move(address), tracker, MachineClock(clock_)}));
  };
  for (int i = 1; i <= 2; ++i) add(fmt::format("10.1.0.{}:21000", i), true);
  for (int i = 1; i <= 2; ++i) add(fmt::format("10.2.0.{}:22000", i), false);
  id_block_ = static_cast<std::uint32_t>(1 + dice.Below(8));
  rots_ = dice.OneIn(2);
  network_.SetPacketTrouble(dice.OneIn(4) ? 0 : 4 + dice.Below(12));
  in_use_.resize(kSlots);
  for (std::uint32_t i = 0; i < kClients; ++i)
    endpoints_.push_back(std::make_unique<Endpoint>(*this, i));
}

void ClusterWorld::AddStorage(std::size_t group, std::size_t number, std::size_t members) {
  storages_.push_back(std::make_unique<Storage>(
      Storage{Machine{fmt::format("g{}", group),
                      fmt::format("{}{}", group, static_cast<char>('a' + number)),
                      fmt::format("10.0.{}.{}:23000", group, number + 1), MachineClock(clock_)},
              members - 1}));
}

WorldReport ClusterWorld::Play() {
  Spawn(Story());
  scheduler_.RunUntil([this] { return over_; });
  report_.simulated = clock_.Steady().time_since_epoch();
  for (const auto& storage : storages_)
    if (storage->process) storage->process->Kill(SimulatedNetwork::End::kTold);
  for (const auto& daemon : daemons_)
    if (daemon->process) daemon->process->Kill(SimulatedNetwork::End::kTold);
  for (const auto& twin : twins_) twin->Kill(SimulatedNetwork::End::kTold);
  scheduler_.RunAll();
  Happened(Count::kResets, network_.troubles().broken);
  Happened(Count::kLostPackets, network_.troubles().lost);
  Happened(Count::kRepeatedPackets, network_.troubles().repeated);
  Happened(Count::kLostAnswers, database_.blocks.lost_answers);
  for (const auto& [key, drawn] : ids_) Happened(Count::kIds, drawn.size());
  return report_;
}

awaitable<void> ClusterWorld::Story() {
  for (const auto& daemon : daemons_) StartDaemon(*daemon);
  for (const auto& storage : storages_) Spawn(Start(*storage));
  co_await AwaitRest("in the beginning");
  Spawn(Observe());
  living_ = endpoints_.size();
  for (const auto& endpoint : endpoints_) Play(*endpoint, [this](Endpoint& own) { Live(own); });
  co_await Nemesis();
  co_await Quiesce();
  if (report_.violation.empty()) co_await CheckAll();
  over_ = true;
}

void ClusterWorld::Spawn(awaitable<void> task) {
  boost::asio::co_spawn(scheduler_.executor(), std::move(task), boost::asio::detached);
}

void ClusterWorld::Play(Endpoint& endpoint, const std::function<void(Endpoint&)>& part) {
  fibers_.push_back(std::make_unique<Fiber>([this, &endpoint, part] {
    part(endpoint);
    --living_;
  }));
  boost::asio::post(scheduler_.executor(), [&fiber = *fibers_.back()] { fiber.Resume(); });
}

void ClusterWorld::StartDaemon(Daemon& daemon) {
  if (!daemon.tracker) {
    daemon.process = std::make_unique<IdServerProcess>(
        ground_, daemon.clock, daemon.address,
        id_server::AllocatorOptions{.block_size = 12, .max_keys = 2});
    return;
  }
  std::vector<std::string> peers = rules_.trackers;
  std::erase(peers, daemon.address);
  daemon.process = std::make_unique<TrackerProcess>(ground_, daemon.clock, daemon.address, peers);
}

awaitable<void> ClusterWorld::Start(Storage& storage) {
  if (over_) co_return;
  storage.process = std::make_unique<StorageProcess>(ground_, storage.machine, rules_);
  StorageProcess& process = *storage.process;
  const Result<void> started = co_await process.Start();
  if (process.dead()) co_return;
  if (!started) {
    // A disk that is full or fails; the supervisor tries again.
    if (!storage.failing && started.error().code() != Code::kNoSpace)
      Violation(storage.machine.name + " does not start: " + started.error().message());
    Kill(storage, false);
    Spawn(StartLater(storage, std::chrono::seconds(1)));
    co_return;
  }
  Spawn(Upkeep(process));
}

awaitable<void> ClusterWorld::Upkeep(StorageProcess& process) {
  while (!process.dead()) {
    co_await scheduler_.Delay(kUpkeepPause);
    if (process.dead()) co_return;
    storage::LocalEngine& engine = process.engine();
    // A planted bug must show before an operator mends what it did.
    if (Planted("") && random_.OneIn(kRoundsBetweenRepairs)) process.BeginRepair();
    switch (random_.Below(5)) {
      case 0: static_cast<void>(co_await engine.FlushIndex()); break;
      case 1: static_cast<void>(co_await engine.RefreshFreeBytes()); break;
      case 2: {
        const Result<bool> compacted = co_await engine.Compact();
        if (compacted && *compacted) Happened(Count::kCompactions);
        break;
      }
      default: static_cast<void>(co_await engine.Scrub(kScrubBytes)); break;
    }
  }
}

awaitable<void> ClusterWorld::Quiesce() {
  Trace("everything is repaired");
  HealNetwork();
  database_.SetAway(false);
  network_.SetPacketTrouble(0);
  for (const auto& twin : twins_) twin->Kill(SimulatedNetwork::End::kTold);
  for (const auto& storage : storages_) {
    storage->machine.disk.SetCapacity(UINT64_MAX);
    if (!storage->failing || !storage->process) continue;
    Kill(*storage, true);
    Spawn(Start(*storage));
  }
  co_await AwaitRest("in the end");
  // Damage that the scrub has still to find.
  if (report_.Of(Count::kRot) > 0) co_await scheduler_.Sleep(kScrubbed);
}

awaitable<void> ClusterWorld::AwaitRest(std::string_view when) {
  const SteadyTime until = clock_.Steady() + kRestWithin;
  while (report_.violation.empty()) {
    std::string unrest = Unrest();
    for (const auto& daemon : daemons_) {
      if (!daemon->tracker || !unrest.empty()) continue;
      const auto list = co_await GroupList(*daemon);
      if (!list)
        unrest = list.error().message();
      else if (*list != "")
        unrest = *list;
    }
    if (unrest.empty()) co_return;
    if (clock_.Steady() >= until) Violation(fmt::format("{}: {}", when, unrest));
    co_await scheduler_.Sleep(kLook);
  }
}

std::string ClusterWorld::Unrest() {
  for (const auto& daemon : daemons_)
    if (!daemon->process) return daemon->address + " does not run";
  for (const auto& storage : storages_) {
    if (!storage->process || !storage->process->serves())
      return storage->machine.name + " does not run";
    if (!storage->process->InStep(storage->others))
      return storage->machine.name + " does not come in step";
    if (const File* const lacking = LackingAt(*storage))
      return fmt::format("{} lacks {}", storage->machine.name, lacking->key.file_id);
    if (!storage->process->ShowsAll()) return storage->machine.name + " hides an upload";
  }
  return {};
}

const ClusterWorld::File* ClusterWorld::LackingAt(const Storage& storage) const {
  const auto lacking = std::ranges::find_if(files_, [&storage](const File& file) {
    return storage.process->Wants({file.key.application, file.key.user, file.key.file_id});
  });
  return lacking == files_.end() ? nullptr : &*lacking;
}

bool ClusterWorld::HasAll(const Storage& storage) const {
  return storage.process && storage.process->InStep(storage.others) &&
         LackingAt(storage) == nullptr;
}

awaitable<void> ClusterWorld::CheckAll() {
  for (const auto& storage : storages_) co_await ReadAllAt(*storage, true);
  living_ = 1;
  Play(*endpoints_.front(), [this](Endpoint& endpoint) { CheckByClient(endpoint); });
  while (living_ > 0) co_await scheduler_.Sleep(kLook);
}

void ClusterWorld::CheckByClient(Endpoint& endpoint) {
  constexpr int kTries = 10;
  // Answers that say where storages were before have been forgotten by then.
  Pause(scheduler_, std::chrono::seconds(4));
  for (File& file : files_) {
    if (!report_.violation.empty()) return;
    if (!file.model.CertainBefore(clock_.Steady())) continue;
    Bytes bytes;
    const auto take = [&bytes](ByteView piece) -> Result<void> {
      bytes.insert(bytes.end(), piece.begin(), piece.end());
      return {};
    };
    const Result<void> read = endpoint.cluster.Download(file.key, 0, 0, take);
    if (!read)
      Expect(file, "the client in the end", read.error().message());
    else
      Expect(file, "the client in the end",
             file.model.Found(Recognise(bytes), clock_.Steady(), true));
  }
  Result<void> stored = Error(Code::kInternal, "not tried");
  for (int i = 0; i < kTries && !stored; ++i) {
    Pause(scheduler_, std::chrono::seconds(2));
    const Result<std::string> id = endpoint.cluster.NewFileId("app", "user", 100);
    stored = id ? Result<void>() : Result<void>(id.error());
    if (stored) stored = endpoint.cluster.Upload({"app", "user", *id}, ContentOf(next_content_++));
  }
  if (!stored) Violation("in the end no upload succeeds: " + stored.error().message());
}

}  // namespace yundisk::simulation
