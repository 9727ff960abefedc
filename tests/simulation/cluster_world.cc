#include "tests/simulation/cluster_world.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/base/log.h"
#include "common/net/connection.h"
#include "tests/simulation/buggy_engine.h"
#include "tests/simulation/content.h"

namespace yundisk::simulation {
namespace {

using boost::asio::awaitable;
using storage::ObjectKey;

constexpr std::size_t kClients = 4;
constexpr std::size_t kKeys = 16;
constexpr std::uint64_t kOperationsPerClient = 25;
constexpr std::chrono::milliseconds kPause{400};
constexpr std::chrono::milliseconds kBetweenFaults{2500};
constexpr std::chrono::milliseconds kLongestAway{6000};
constexpr std::chrono::milliseconds kCallTimeout{15'000};
constexpr std::chrono::seconds kCalmAfter{120};
constexpr std::uint64_t kScrubBytes = 256 << 10;
constexpr std::uint64_t kRoundsBetweenRepairs = 40;

storage::LocalOptions Options() {
  storage::LocalOptions options;
  options.folder = "/data";
  options.large_object_bytes = 4000;
  options.min_free_bytes = 0;
  options.compaction_garbage_percent = 30;
  options.verify_max_age = std::chrono::seconds(10);
  options.log = {.volume_bytes = 24 << 10, .prepare_bytes = 8 << 10};
  return options;
}

ObjectKey KeyOf(std::size_t key) { return {"app", "user", fmt::format("1/{}", key)}; }

std::optional<Code> FailureOf(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

}  // namespace

std::string ClusterKey::Uploaded(ContentId content, const std::optional<Code>& failed,
                                 SteadyTime now) {
  if (!failed) {
    if (content_ && *content_ != content) return "an upload replaced other content";
    if (!content_) certain_since_ = now;
    content_ = content;
    return {};
  }
  if (*failed == Code::kExists) {
    const bool other = (content_ && *content_ != content) || may_come_.size() > 1;
    return other ? "" : "an upload was refused for other content that was never sent";
  }
  if (*failed != Code::kDeleted) return {};
  return deleted_ || may_be_deleted_ ? "" : "an upload was refused as deleted, which it is not";
}

std::string ClusterKey::Deleted(const std::optional<Code>& failed, SteadyTime since) {
  if (failed && *failed == Code::kNotFound) return NotFound(since);
  if (failed) return {};
  if (may_come_.empty()) return "a delete of nothing succeeded";
  deleted_ = true;
  return {};
}

std::string ClusterKey::Found(std::optional<ContentId> content, SteadyTime now, bool strict) {
  if (!content) return "wrong bytes were read";
  if (!may_come_.contains(*content) || (content_ && *content_ != *content))
    return "the content of another upload was read";
  if (deleted_ && strict) return "a deleted object was read";
  if (!content_) certain_since_ = now;
  content_ = content;
  return {};
}

std::string ClusterKey::NotFound(SteadyTime since) {
  const bool there = content_ && certain_since_ < since && !deleted_ && !may_be_deleted_;
  return there ? "an acknowledged object is gone" : "";
}

// One run of a storage's process.
struct ClusterWorld::Process {
  Process(ClusterWorld& world, Machine& machine);

  SimulatedFileSystem files;
  storage::MemoryIndex index;
  std::unique_ptr<net::Dialer> dialer;
  storage::PeerConnections connections;
  storage::PeerPositions positions;
  std::unique_ptr<storage::LocalEngine> local;
  std::unique_ptr<BuggyEngine> engine;
  std::unique_ptr<storage::Group> group;
  std::unique_ptr<storage::CatchUp> catch_up;
  std::unique_ptr<storage::Mender> mender;
  std::unique_ptr<storage::ReplicatedEngine> replicated;
  std::unique_ptr<storage::Service> service;
  net::ServerOptions options;
  bool dead = false;
};

struct ClusterWorld::Machine {
  std::string name;
  SimulatedDisk disk{DiskBug::kNone};
  storage::MemoryIndexContent flushed{};
  std::unique_ptr<Process> process{};
};

ClusterWorld::Process::Process(ClusterWorld& world, Machine& machine)
    : files(machine.disk, world.scheduler_, world.clock_),
      index(machine.flushed),
      dialer(world.network_.DialerOf(machine.name)),
      connections(*dialer, world.clock_, world.random_, std::nullopt, storage::PeerTimeouts{}),
      positions(files, "/data") {
  options.service = wire::Service::kStorage;
  options.node = machine.name;
}

ClusterWorld::ClusterWorld(std::uint64_t seed, GroupBug bug) : random_(seed), bug_(bug) {
  const std::size_t members = 2 + random_.Below(2);
  if (members == 3 && random_.OneIn(2)) min_replicas_ = 2;
  for (std::size_t i = 0; i < members; ++i) {
    machines_.push_back(std::make_unique<Machine>());
    machines_.back()->name = fmt::format("1{}", static_cast<char>('a' + i));
  }
  keys_.resize(kKeys);
  rots_ = random_.OneIn(2);
}
ClusterWorld::~ClusterWorld() = default;

ClusterReport ClusterWorld::Play() {
  boost::asio::co_spawn(scheduler_.executor(), Story(), boost::asio::detached);
  scheduler_.RunUntil([this] { return over_; });
  report_.simulated = clock_.Steady().time_since_epoch();
  for (const auto& machine : machines_) Kill(*machine, false);
  scheduler_.RunAll();
  return report_;
}

awaitable<void> ClusterWorld::Story() {
  for (const auto& machine : machines_) co_await Start(*machine);
  co_await scheduler_.Sleep(kBetweenFaults);
  clients_ = kClients;
  for (std::size_t i = 0; i < kClients; ++i)
    boost::asio::co_spawn(scheduler_.executor(), Client(i), boost::asio::detached);
  co_await Nemesis();
  co_await Quiesce();
  if (report_.violation.empty()) co_await CheckAll();
  over_ = true;
}

awaitable<void> ClusterWorld::Start(Machine& machine) {
  machine.process = std::make_unique<Process>(*this, machine);
  Process& process = *machine.process;
  const storage::LocalEnvironment environment{process.files,         process.files, scheduler_,
                                              scheduler_.executor(), clock_,        random_,
                                              process.index};
  const storage::LocalOptions local_options = Options();
  auto opened = co_await storage::LocalEngine::Open(environment, local_options);
  if (process.dead) co_return;
  if (!opened) {
    Violation(machine.name + " does not start: " + opened.error().message());
    co_return;
  }
  process.local = *std::move(opened);
  process.engine = std::make_unique<BuggyEngine>(*process.local, bug_);
  storage::GroupOptions options;
  options.rules = {machine.name, bug_ == GroupBug::kAcknowledgeAlone ? 1 : min_replicas_};
  const auto connections =
      [&process](const boost::asio::any_io_executor&) -> storage::PeerConnections& {
    return process.connections;
  };
  process.group = std::make_unique<storage::Group>(*process.engine, options, connections, clock_,
                                                   timer_, random_.Next());
  process.catch_up = std::make_unique<storage::CatchUp>(
      *process.group, process.connections, process.positions, storage::CatchUpOptions{});
  process.mender = std::make_unique<storage::Mender>(*process.group, *process.catch_up);
  process.replicated = std::make_unique<storage::ReplicatedEngine>(*process.group);
  process.service =
      std::make_unique<storage::Service>(*process.replicated, *process.group, *process.mender);
  process.group->peers().SetMembers(Members());
  process.engine->OnDamage([&process](const std::string& key) { process.group->WantSoon(key); });
  static_cast<void>(co_await process.positions.Load());
  static_cast<void>(co_await process.local->Sweep());
  if (process.dead) co_return;
  if (process.local->recovery().damaged_regions != 0) {
    const storage::PeerPositions::Positions none;
    process.positions.Forget();
    static_cast<void>(co_await process.positions.Save(none));
  }
  if (process.dead) co_return;
  network_.Up(machine.name, [this, &process](std::unique_ptr<net::Stream> stream) {
    const auto serve = [](ClusterWorld& world, Process& of,
                          std::unique_ptr<net::Stream> accepted) -> awaitable<void> {
      net::Connection connection(std::move(accepted), of.options, *of.service, world.clock_,
                                 world.random_);
      co_await connection.Run();
    };
    boost::asio::co_spawn(scheduler_.executor(), serve(*this, process, std::move(stream)),
                          boost::asio::detached);
  });
  boost::asio::co_spawn(scheduler_.executor(), process.catch_up->Run(), boost::asio::detached);
  boost::asio::co_spawn(scheduler_.executor(), process.mender->Run(), boost::asio::detached);
  boost::asio::co_spawn(scheduler_.executor(), Upkeep(process), boost::asio::detached);
}

void ClusterWorld::Kill(Machine& machine, bool power) {
  if (machine.process == nullptr) return;
  LogInfo("{} ms: {} dies", clock_.Steady().time_since_epoch() / std::chrono::milliseconds(1),
          machine.name);
  machine.process->dead = true;
  machine.process->files.Kill();
  network_.Down(machine.name);
  if (machine.process->catch_up) machine.process->catch_up->RequestStop();
  if (machine.process->mender) machine.process->mender->RequestStop();
  gone_.push_back(std::move(machine.process));
  if (power) machine.disk.CutPower(random_);
}

awaitable<void> ClusterWorld::Upkeep(Process& process) {
  while (!process.dead) {
    co_await scheduler_.Delay(kPause);
    if (process.dead) co_return;
    storage::LocalEngine& engine = *process.local;
    // A planted bug must show before an operator mends what it did.
    if (bug_ == GroupBug::kNone && random_.OneIn(kRoundsBetweenRepairs)) process.mender->Begin();
    switch (random_.Below(4)) {
      case 0: static_cast<void>(co_await engine.FlushIndex()); break;
      case 1: static_cast<void>(co_await engine.Compact()); break;
      default: static_cast<void>(co_await engine.Scrub(kScrubBytes)); break;
    }
  }
}

awaitable<void> ClusterWorld::Nemesis() {
  while (clients_ > 0 && report_.violation.empty()) {
    co_await scheduler_.Delay(kBetweenFaults);
    Befall();
    if (!rots_ && random_.OneIn(8)) co_await LoseDisk();
  }
}

void ClusterWorld::Befall() {
  Machine& machine = *machines_[random_.Below(machines_.size())];
  const Machine& other = *machines_[random_.Below(machines_.size())];
  ++report_.faults;
  const std::chrono::milliseconds away(static_cast<int>(random_.Below(kLongestAway.count())));
  switch (random_.Below(6)) {
    case 0:
    case 1:
      if (machine.process == nullptr) return;
      Kill(machine, random_.OneIn(2));
      boost::asio::co_spawn(scheduler_.executor(), Restart(machine, away), boost::asio::detached);
      return;
    case 2:
      if (&machine != &other) network_.Cut(machine.name, other.name);
      return;
    case 3: network_.Cut("client", machine.name); return;
    case 4: network_.HealAll(); return;
    default: {
      // Bits rot on the first machine only, so that a good copy is always left.
      SimulatedDisk& disk = machines_.front()->disk;
      const std::vector<std::string> files = disk.Files("/data/large/");
      if (!rots_ || files.empty() || !AllInStep()) return;
      const std::string& path = files[random_.Below(files.size())];
      const std::size_t size = disk.Content(path)->size();
      if (size != 0) disk.Rot(path, random_.Below(size));
      return;
    }
  }
}

// Fair only while the others have everything, what was deleted with nobody else within reach too.
awaitable<void> ClusterWorld::LoseDisk() {
  network_.HealAll();
  co_await scheduler_.Sleep(storage::PeerTable::kSilentAfter);
  Machine& machine = *machines_[random_.Below(machines_.size())];
  if (machine.process == nullptr || !AllInStep()) co_return;
  ++report_.faults;
  Kill(machine, false);
  LogInfo("its disk is lost");
  machine.disk = SimulatedDisk(DiskBug::kNone);
  machine.flushed = {};
  const std::chrono::milliseconds away(static_cast<int>(random_.Below(kLongestAway.count())));
  boost::asio::co_spawn(scheduler_.executor(), Restart(machine, away), boost::asio::detached);
}

awaitable<void> ClusterWorld::Restart(Machine& machine, std::chrono::milliseconds after) {
  co_await scheduler_.Sleep(after);
  if (over_) co_return;
  co_await Start(machine);
  // Some ask it at once, whatever it has by then.
  for (std::size_t key = 0; key < keys_.size() && !over_; ++key) co_await ReadAt(machine.name, key);
}

awaitable<void> ClusterWorld::Client(std::uint64_t) {
  for (std::uint64_t i = 0; i < kOperationsPerClient && report_.violation.empty(); ++i) {
    co_await scheduler_.Delay(kPause);
    const std::size_t key = random_.Below(keys_.size());
    ++report_.operations;
    switch (random_.Below(10)) {
      case 0: co_await Delete(key); break;
      case 1:
      case 2:
      case 3:
      case 4: co_await Read(key); break;
      default: co_await Upload(key); break;
    }
  }
  --clients_;
}

awaitable<void> ClusterWorld::Upload(std::size_t key) {
  // Deleted ids are of little use any more.
  if (keys_[key].deleted()) {
    key = keys_.size();
    keys_.emplace_back();
  }
  const ContentId content = ContentFor(key);
  keys_[key].Trying(content);
  for (const std::string& machine : Shuffled()) {
    const Result<void> uploaded = co_await UploadTo(machine, key, content);
    const auto failed = FailureOf(uploaded);
    Tell("upload", key, machine, uploaded);
    const std::string misfit = keys_[key].Uploaded(content, failed, clock_.Steady());
    if (!misfit.empty()) Violation(fmt::format("key {} at {}: {}", key, machine, misfit));
    if (!failed) ++report_.acknowledged;
    if (!failed || *failed == Code::kExists || *failed == Code::kDeleted) co_return;
  }
}

void ClusterWorld::Tell(std::string_view what, std::size_t key, const std::string& machine,
                        const Result<void>& outcome) const {
  LogInfo("{} ms: {} key {} at {}: {}",
          clock_.Steady().time_since_epoch() / std::chrono::milliseconds(1), what, key, machine,
          outcome ? "done" : outcome.error().message());
}

// Where members may be missing, nothing decides between two contents of one id, which clients never
// give it (docs/replication.md).
ContentId ClusterWorld::ContentFor(std::size_t key) {
  if (min_replicas_ == 0) return next_content_++;
  return contents_.try_emplace(key, next_content_++).first->second;
}

awaitable<void> ClusterWorld::Read(std::size_t key) {
  for (const std::string& machine : Shuffled())
    if (const bool answered = co_await ReadAt(machine, key); answered) co_return;
}

awaitable<bool> ClusterWorld::ReadAt(std::string machine, std::size_t key) {
  const SteadyTime since = clock_.Steady();
  const Result<Bytes> read = co_await ReadFrom(machine, key);
  std::string misfit;
  if (read)
    misfit = keys_[key].Found(Recognise(*read), clock_.Steady(), false);
  else if (read.error().code() == Code::kNotFound)
    misfit = keys_[key].NotFound(since);
  else
    co_return false;
  if (!misfit.empty()) Violation(fmt::format("key {} at {}: {}", key, machine, misfit));
  co_return true;
}

awaitable<void> ClusterWorld::Delete(std::size_t key) {
  const SteadyTime since = clock_.Steady();
  keys_[key].TryingToDelete();
  for (const std::string& machine : Shuffled()) {
    const Result<void> deleted = co_await DeleteFrom(machine, key);
    const auto failed = FailureOf(deleted);
    Tell("delete", key, machine, deleted);
    const std::string misfit = keys_[key].Deleted(failed, since);
    if (!misfit.empty()) Violation(fmt::format("key {} at {}: {}", key, machine, misfit));
    if (!failed || *failed == Code::kNotFound) co_return;
  }
}

awaitable<void> ClusterWorld::Quiesce() {
  network_.HealAll();
  const SteadyTime until = clock_.Steady() + kCalmAfter;
  while (!AllInStep()) {
    if (clock_.Steady() >= until) {
      Violation("the members do not come in step");
      co_return;
    }
    co_await scheduler_.Sleep(kPause);
  }
  // Damage that the scrub has still to find, and what was wanted meanwhile.
  co_await scheduler_.Sleep(kCalmAfter);
}

awaitable<void> ClusterWorld::CheckAll() {
  for (std::size_t key = 0; key < keys_.size(); ++key)
    for (const auto& machine : machines_) co_await Check(*machine, key);
}

awaitable<void> ClusterWorld::Check(Machine& machine, std::size_t key) {
  const Result<Bytes> read = co_await ReadFrom(machine.name, key);
  std::string misfit;
  if (read)
    misfit = keys_[key].Found(Recognise(*read), clock_.Steady(), true);
  else if (read.error().code() == Code::kNotFound)
    misfit = keys_[key].NotFound(clock_.Steady());
  else if (keys_[key].certain())
    misfit = read.error().message();
  if (!misfit.empty())
    Violation(fmt::format("in the end, key {} at {}: {}", key, machine.name, misfit));
}

storage::Task<void> ClusterWorld::UploadTo(const std::string& machine, std::size_t key,
                                           ContentId content) {
  CO_TRY(const auto stream, co_await dialer_->Connect(machine, std::chrono::milliseconds(1000)));
  net::Caller caller(*stream, wire::Service::kStorage, clock_, kCallTimeout);
  const Bytes bytes = ContentOf(content);
  caller.Begin(wire::Upload{storage::OnWire(KeyOf(key)), bytes.size()});
  CO_TRY_VOID(co_await caller.SendContent(bytes));
  CO_TRY_VOID(co_await caller.Finish<wire::Upload>());
  co_return Result<void>();
}

storage::Task<Bytes> ClusterWorld::ReadFrom(const std::string& machine, std::size_t key) {
  CO_TRY(const auto stream, co_await dialer_->Connect(machine, std::chrono::milliseconds(1000)));
  net::Caller caller(*stream, wire::Service::kStorage, clock_, kCallTimeout);
  const wire::Download download{storage::OnWire(KeyOf(key)), 0, 0};
  CO_TRY(const std::uint64_t size_bytes, co_await caller.StartContent(download));
  Bytes bytes(size_bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    const MutableByteView rest = MutableByteView(bytes).subspan(at);
    CO_TRY(const std::size_t got, co_await caller.ReadContent(rest));
    at += got;
  }
  co_return bytes;
}

storage::Task<void> ClusterWorld::DeleteFrom(const std::string& machine, std::size_t key) {
  CO_TRY(const auto stream, co_await dialer_->Connect(machine, std::chrono::milliseconds(1000)));
  net::Caller caller(*stream, wire::Service::kStorage, clock_, kCallTimeout);
  const wire::Delete remove{storage::OnWire(KeyOf(key))};
  CO_TRY_VOID(co_await caller.Call(remove));
  co_return Result<void>();
}

std::vector<std::string> ClusterWorld::Shuffled() {
  std::vector<std::string> names;
  for (const auto& machine : machines_) names.push_back(machine->name);
  for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random_.Below(i)]);
  return names;
}

std::vector<storage::Member> ClusterWorld::Members() const {
  std::vector<storage::Member> members;
  for (const auto& machine : machines_) members.push_back({machine->name, machine->name});
  return members;
}

bool ClusterWorld::AllInStep() const {
  return std::ranges::all_of(machines_, [](const auto& machine) {
    return machine->process && machine->process->group && machine->process->group->peers().InStep();
  });
}

void ClusterWorld::Violation(const std::string& what) {
  if (report_.violation.empty()) report_.violation = what;
}

}  // namespace yundisk::simulation
