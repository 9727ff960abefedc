// What befalls a ClusterWorld.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/cluster_endpoint.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::milliseconds kBetweenFaults{1600};
constexpr std::uint64_t kLongestAwayMs = 6000;
constexpr std::uint64_t kLongestDatabaseAwayMs = 8000;
constexpr std::uint64_t kLongestTwinMs = 20'000;
constexpr std::uint64_t kFailingForMs = 3000;

std::chrono::milliseconds Milliseconds(SeededRandom& dice, std::uint64_t below) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(dice.Below(below)));
}

// A process of a storage's name that was left over, elsewhere: it joins and beats, that is all.
class Twin final : public Process {
 public:
  Twin(const Ground& ground, const Machine& machine, const std::string& address,
       const StorageRules& rules)
      : Process(ground, machine.clock, address),
        joiner_(OlderThan(machine), *dialer_, timer_, machine.clock, ground.random) {
    for (const std::string& tracker : rules.trackers) Spawn(joiner_.Run(tracker));
  }

 private:
  static client::JoinerOptions OlderThan(const Machine& machine) {
    client::JoinerOptions options = JoinAs(machine);
    options.join.start_time_s -= 3600;
    return options;
  }

  client::Joiner joiner_;
};

}  // namespace

awaitable<void> ClusterWorld::Nemesis() {
  for (std::uint32_t i = 0; living_ > 0 && report_.violation.empty(); ++i) {
    co_await scheduler_.Delay(kBetweenFaults);
    const OperationId id{0, kNemesis, i};
    if (!World::Begin(id)) continue;
    SeededRandom dice = DiceOf(id);
    NoteContacts();
    co_await Befall(dice);
  }
  while (living_ > 0) co_await scheduler_.Sleep(kBetweenFaults);
}

awaitable<void> ClusterWorld::Befall(SeededRandom& dice) {
  Storage& storage = *storages_[dice.Below(storages_.size())];
  Daemon& daemon = *daemons_[dice.Below(daemons_.size())];
  switch (dice.Below(16)) {
    case 0:
    case 1:
    case 2: co_return KillAndRestart(storage, dice);
    case 3:
    case 4: co_return KillAndRestart(daemon, dice);
    case 5: co_return HealNetwork();
    case 6: co_return dice.OneIn(3) ? LoseRow(storage) : LoseDatabase(dice);
    case 7: co_return StartTwice(storage, dice);
    case 8: {
      const auto minutes = std::chrono::minutes(static_cast<int>(dice.Below(2000)) - 1000);
      MachineClock& clock = dice.OneIn(2) ? storage.machine.clock : daemon.clock;
      clock.Jump(minutes);
      Happened(Count::kClockJumps);
      co_return Trace(fmt::format("a clock jumps by {} minutes", minutes.count()));
    }
    case 9: co_return BefallDisk(storage, dice);
    case 10:
      if (rots_) co_return Rot(dice);
      co_return co_await LoseDisk(dice);
    default: co_return BefallNetwork(dice);
  }
}

void ClusterWorld::BefallNetwork(SeededRandom& dice) {
  std::vector<std::string> machines;
  for (const auto& storage : storages_) machines.push_back(MachineOf(storage->machine.address));
  for (const auto& daemon : daemons_) machines.push_back(MachineOf(daemon->address));
  for (const auto& endpoint : endpoints_) machines.push_back(endpoint->machine);
  const std::string& one = machines[dice.Below(machines.size())];
  // Mostly somebody who matters to it.
  const std::string& other = dice.OneIn(2) ? machines[dice.Below(storages_.size())]
                                           : machines[dice.Below(machines.size())];
  if (one == other) return;
  switch (dice.Below(6)) {
    case 0: {
      const std::uint64_t count = 1 + dice.Below(6);
      network_.BreakSome(count);
      return Trace(fmt::format("{} connections will break", count));
    }
    case 1:
      network_.Slow(one, other);
      Happened(Count::kSlowLinks);
      return Trace(fmt::format("{} and {} are far from each other", one, other));
    case 2:
      network_.CutOneWay(one, other);
      Happened(Count::kPartitions);
      return Trace(fmt::format("{} does not reach {}", one, other));
    default:
      network_.Cut(one, other);
      Happened(Count::kPartitions);
      return Trace(fmt::format("{} and {} do not reach each other", one, other));
  }
}

void ClusterWorld::HealNetwork() {
  network_.HealAll();
  Trace("the network is whole");
}

void ClusterWorld::Kill(Storage& storage, bool power) {
  using End = SimulatedNetwork::End;
  NoteContacts();
  power = power || storage.failing;
  storage.process->Kill(power ? End::kSilent : End::kTold);
  gone_.push_back(std::move(storage.process));
  storage.machine.disk.FailNextSync(0);
  storage.machine.disk.FailNextWrite(0);
  storage.failing = false;
  if (power) storage.machine.disk.CutPower(random_);
  Happened(power ? Count::kPowerCuts : Count::kKills);
  Trace(fmt::format("{} {}", storage.machine.name, power ? "loses its power" : "is killed"));
}

void ClusterWorld::KillAndRestart(Storage& storage, SeededRandom& dice) {
  if (!storage.process) return;
  Kill(storage, dice.OneIn(2));
  if (dice.OneIn(6)) {
    storage.machine.flushed = {};
    Happened(Count::kLostIndexes);
    Trace("its index is lost");
  }
  Spawn(StartLater(storage, Milliseconds(dice, kLongestAwayMs)));
}

awaitable<void> ClusterWorld::StartLater(Storage& storage, std::chrono::milliseconds after) {
  co_await scheduler_.Sleep(after);
  if (over_) co_return;
  Trace(storage.machine.name + " starts");
  co_await Start(storage);
  // Some ask it at once, whatever it has by then.
  co_await ReadAllAt(storage, false);
}

void ClusterWorld::KillAndRestart(Daemon& daemon, SeededRandom& dice) {
  using End = SimulatedNetwork::End;
  if (!daemon.process) return;
  daemon.process->Kill(dice.OneIn(2) ? End::kSilent : End::kTold);
  gone_.push_back(std::move(daemon.process));
  Happened(Count::kDaemonKills);
  Trace(daemon.address + " is killed");
  scheduler_.After(Milliseconds(dice, kLongestAwayMs), [this, &daemon] {
    if (over_) return;
    Trace(daemon.address + " starts");
    StartDaemon(daemon);
  });
}

void ClusterWorld::LoseDatabase(SeededRandom& dice) {
  database_.SetAway(true);
  Happened(Count::kDatabaseAway);
  Trace("the database is away");
  scheduler_.After(Milliseconds(dice, kLongestDatabaseAwayMs), [this] {
    database_.SetAway(false);
    Trace("the database is back");
  });
}

// As when the table is restored from a backup that is older than the storage. Fair only while all
// of its group know it.
void ClusterWorld::LoseRow(const Storage& storage) {
  const std::string& group = storage.machine.group;
  const bool known = std::ranges::all_of(storages_, [&group](const auto& member) {
    return member->machine.group != group || member->machine.members.size() == member->others + 1;
  });
  if (!known) return;
  database_.members.Lock()->rows.erase({group, storage.machine.name});
  Happened(Count::kLostRows);
  Trace(fmt::format("the row of {} is lost", storage.machine.name));
}

void ClusterWorld::StartTwice(const Storage& storage, SeededRandom& dice) {
  const std::string address = fmt::format("10.5.0.{}:23000", twins_.size() + 1);
  twins_.push_back(std::make_unique<Twin>(ground_, storage.machine, address, rules_));
  Happened(Count::kTwins);
  Trace(fmt::format("an old process of {} beats at {}", storage.machine.name, address));
  scheduler_.After(Milliseconds(dice, kLongestTwinMs),
                   [&twin = *twins_.back()] { twin.Kill(SimulatedNetwork::End::kTold); });
}

void ClusterWorld::BefallDisk(Storage& storage, SeededRandom& dice) {
  SimulatedDisk& disk = storage.machine.disk;
  if (dice.OneIn(2)) {
    disk.SetCapacity(disk.UsedBytes() + dice.Below(20'000));
    Happened(Count::kFullDisks);
    Trace(fmt::format("the disk of {} is nearly full", storage.machine.name));
    scheduler_.After(Milliseconds(dice, kLongestAwayMs), [&disk] { disk.SetCapacity(UINT64_MAX); });
    return;
  }
  if (!storage.process || storage.failing) return;
  const bool sync = dice.OneIn(2);
  if (sync)
    disk.FailNextSync();
  else
    disk.FailNextWrite();
  Happened(sync ? Count::kFailedSyncs : Count::kFailedWrites);
  Trace(fmt::format("the next {} of {} will fail", sync ? "sync" : "write", storage.machine.name));
  storage.failing = true;
  scheduler_.After(Milliseconds(dice, kFailingForMs), [this, &storage] {
    if (over_ || !storage.failing || !storage.process) return;
    Kill(storage, true);
    Spawn(StartLater(storage, std::chrono::milliseconds(0)));
  });
}

// On the first machine of a group only, and what the others have on their disks too, so that a good
// copy is always left: an upload that failed may be in one place only.
void ClusterWorld::Rot(SeededRandom& dice) {
  Storage& storage = *storages_[dice.Below(storages_.size())];
  SimulatedDisk& disk = storage.machine.disk;
  const std::vector<std::string> files = disk.Files("/data/large/");
  const bool first = storage.machine.name.ends_with('a') && storage.others > 0;
  if (!first || files.empty() || !GroupInStep(storage.machine.group)) return;
  const std::string& path = files[dice.Below(files.size())];
  const std::size_t size = disk.Content(path)->size();
  if (size == 0 || !OthersHave(storage, *disk.Content(path))) return;
  disk.Rot(path, dice.Below(size));
  Happened(Count::kRot);
  Trace(fmt::format("a file of {} rots", storage.machine.name));
}

bool ClusterWorld::OthersHave(const Storage& storage, const Bytes& content) const {
  return std::ranges::all_of(storages_, [&](const auto& other) {
    if (other.get() == &storage || other->machine.group != storage.machine.group) return true;
    const SimulatedDisk& disk = other->machine.disk;
    return std::ranges::any_of(disk.Files("/data/large/"), [&](const std::string& path) {
      return *disk.Content(path) == content;
    });
  });
}

// Fair only while the others have everything, what was deleted with nobody else within reach too,
// and trackers can say who they are.
awaitable<void> ClusterWorld::LoseDisk(SeededRandom& dice) {
  Storage& storage = *storages_[dice.Below(storages_.size())];
  HealNetwork();
  co_await scheduler_.Sleep(storage::PeerTable::kSilentAfter);
  const bool fair = storage.process && storage.others > 0 && !storage.failing;
  if (!fair || !GroupInStep(storage.machine.group) || !TableHas(storage.machine.group)) co_return;
  Kill(storage, false);
  storage.machine.disk = SimulatedDisk(DiskBug::kNone);
  storage.machine.flushed = {};
  storage.machine.members.clear();
  storage.machine.joined_at_s = 0;
  Happened(Count::kLostDisks);
  Trace("its disk is lost");
  if (dice.OneIn(3)) {
    // In one go with the machines of the trackers and the database.
    LoseDatabase(dice);
    for (const auto& daemon : daemons_)
      if (daemon->tracker) KillAndRestart(*daemon, dice);
  }
  Spawn(StartLater(storage, Milliseconds(dice, kLongestAwayMs)));
}

bool ClusterWorld::TableHas(const std::string& group) {
  const auto table = database_.members.Lock();
  return std::ranges::all_of(storages_, [&](const auto& storage) {
    return storage->machine.group != group || table->rows.contains({group, storage->machine.name});
  });
}

bool ClusterWorld::GroupInStep(const std::string& group) const {
  return std::ranges::all_of(storages_, [this, &group](const auto& storage) {
    return storage->machine.group != group || HasAll(*storage);
  });
}

}  // namespace yundisk::simulation
