#include "tests/fault/storage_faults/scenario.h"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/simulation/content.h"

namespace yundisk::faults {
namespace {

using simulation::ContentId;
using simulation::ContentOf;
using simulation::SizeOf;
using storage::ObjectKey;

// Contents by what they are for: their sizes repeat with a period of 8 (simulation/content.cc).
constexpr ContentId kSmall = 3;  // 1500 bytes
constexpr ContentId kLarge = 7;  // 9000 bytes, a file
constexpr ContentId kPeriod = 8;
constexpr int kFillers = 14;
constexpr int kFirstFiller = 100;

storage::LocalOptions Options() {
  storage::LocalOptions options;
  options.folder = "/data";
  options.spool_folder = "/spool";
  options.large_object_bytes = 4000;
  options.min_free_bytes = 0;
  options.compaction_garbage_percent = 30;
  options.log = {.volume_bytes = 20 << 10, .prepare_bytes = 4 << 10};
  return options;
}

ObjectKey KeyOf(int key) { return {"app", "user", fmt::format("1/{}", key)}; }

std::optional<Code> FailureOf(const Result<void>& result) {
  if (result) return std::nullopt;
  return result.error().code();
}

// What a failing disk may look like to a client; anything else would tell a lie about the object.
bool IsHonest(Code code) {
  return code == Code::kIo || code == Code::kNoSpace || code == Code::kUnavailable;
}

}  // namespace

struct Scenario::Life {
  Life(Scenario& scenario, bool failing)
      : scheduler(scenario.clock_, scenario.random_),
        sound(scenario.disk_, scheduler, scenario.clock_),
        broken(sound, scenario.injector_),
        files(failing ? static_cast<storage::FileSystem&>(broken) : sound),
        index(scenario.flushed_index_) {}

  simulation::Scheduler scheduler;
  simulation::SimulatedFileSystem sound;
  FailingFileSystem broken;
  storage::FileSystem& files;
  storage::MemoryIndex index;
  std::unique_ptr<storage::LocalEngine> engine;
};

Scenario::Scenario(const Failure& failure, Ending ending, std::uint64_t seed)
    : random_(seed), injector_(disk_, failure), ending_(ending) {}
Scenario::~Scenario() { Stop(); }

template <typename T>
std::optional<Result<T>> Scenario::Await(storage::Task<T> task) {
  std::optional<Result<T>> result;
  const auto run = [](storage::Task<T> inner,
                      std::optional<Result<T>>& out) -> boost::asio::awaitable<void> {
    out.emplace(co_await std::move(inner));
  };
  boost::asio::co_spawn(life_->scheduler.executor(), run(std::move(task), result),
                        boost::asio::detached);
  life_->scheduler.RunAll();
  if (!result) Violation("an operation never ended");
  return result;
}

std::string Scenario::Play() {
  if (Start(true)) FirstLife();
  End(Ending::kKill);
  if (Start(true)) SecondLife();
  End(ending_);
  if (Start(false))
    CheckAtRest();
  else
    Violation("the storage does not start on a disk that works again");
  Stop();
  if (!injector_.synced_again().empty())
    Violation("synced again after a failed sync: " + injector_.synced_again());
  return violation_;
}

bool Scenario::Start(bool failing) {
  injector_.NewLife();
  for (auto& [key, model] : keys_) model.Restarted();
  life_ = std::make_unique<Life>(*this, failing);
  Life& life = *life_;
  const storage::LocalEnvironment environment{
      life.files, life.files, life.scheduler, life.scheduler.executor(),
      clock_,     random_,    life.index};
  const storage::LocalOptions options = Options();
  auto opened = Await(storage::LocalEngine::Open(environment, options));
  if (!opened) return false;
  if (!*opened) {
    const Error& error = opened->error();
    if (!IsHonest(error.code())) Violation("start-up blames something else: " + error.message());
    return false;
  }
  life.engine = **std::move(opened);
  return true;
}

void Scenario::Stop() {
  if (!life_) return;
  life_->sound.Kill();
  life_->scheduler.RunAll();
  life_.reset();
}

// After a failed sync the kernel shows what is not on the disk: no program can tell, so that is not
// asked of the storage.
void Scenario::End(Ending ending) {
  Stop();
  if (ending == Ending::kPowerCut || injector_.struck()) disk_.CutPower(random_);
}

void Scenario::FirstLife() {
  Put(1, kSmall);
  Put(2, kLarge);
  Adopt(3, kLarge + kPeriod);
  Adopt(4, kSmall + kPeriod);
  for (int i = 0; i < kFillers; ++i)
    Put(kFirstFiller + i, kSmall + kPeriod * static_cast<ContentId>(10 + i));
  ReadAcknowledged();
  for (int i = 0; i < kFillers; i += 2) Remove(kFirstFiller + i);
  Remove(3);
  Upkeep();
  Put(5, kSmall + kPeriod * 3);
  Put(2, kLarge);  // again
  Put(6, kLarge + kPeriod * 4);
  ReadAcknowledged();
}

void Scenario::SecondLife() {
  ReadAcknowledged();
  static_cast<void>(Await(life_->engine->Sweep()));
  Put(7, kSmall + kPeriod * 5);
  Adopt(8, kLarge + kPeriod * 6);
  Remove(6);
  Upkeep();
  ReadAcknowledged();
  static_cast<void>(Await(life_->engine->Close()));
}

// On the sound disk every doubt is over: each object is there, whole, or not there.
void Scenario::CheckAtRest() {
  const storage::RecoveryReport& recovery = life_->engine->recovery();
  if (recovery.damaged_records + recovery.damaged_regions != 0)
    Violation("start-up found damage that no disk has made");
  for (const auto& [key, model] : keys_) Read(key);
  for (const auto& [key, model] : keys_)
    if (model.deleted()) Put(key, kSmall);
  Put(1000, kSmall + kPeriod * 1000);
  Read(1000);
}

void Scenario::Put(int key, ContentId content) {
  simulation::MemorySource source(ContentOf(content));
  const ObjectKey name = KeyOf(key);
  const auto put = Await(life_->engine->Put(name, SizeOf(content), source));
  if (put) Note(key, keys_[key].Uploaded(content, FailureOf(*put)));
}

void Scenario::Adopt(int key, ContentId content) {
  const std::string spool_name = fmt::format("{:04}", ++spooled_);
  const Bytes bytes = ContentOf(content);
  disk_.PutFile("/spool/" + spool_name, bytes);
  const ObjectKey name = KeyOf(key);
  const auto adopted = Await(life_->engine->Adopt(name, bytes.size(), spool_name));
  if (!adopted) return;
  const Result<void> outcome = *adopted ? Result<void>() : Result<void>(adopted->error());
  Note(key, keys_[key].Uploaded(content, FailureOf(outcome)));
}

void Scenario::Remove(int key) {
  const ObjectKey name = KeyOf(key);
  const auto removed = Await(life_->engine->Remove(name));
  if (removed) Note(key, keys_[key].Deleted(FailureOf(*removed)));
}

// The read that the disk fails may fail; all others go on, whatever happened to writes.
void Scenario::Read(int key) {
  const bool struck_before = injector_.struck();
  const ObjectKey name = KeyOf(key);
  const auto read = Await(simulation::ReadAll(*life_->engine, name, {}));
  if (!read) return;
  const bool struck_now = injector_.struck() && !struck_before;
  simulation::KeyModel& model = keys_[key];
  if (*read)
    Note(key, model.Found(simulation::Recognise(**read)));
  else if (read->error().code() == Code::kNotFound)
    Note(key, model.NotFound());
  else if (!struck_now || !IsHonest(read->error().code()))
    Violation(fmt::format("key {}: reading failed: {}", key, read->error().message()));
}

void Scenario::ReadAcknowledged() {
  for (const auto& [key, model] : keys_)
    if (model.content()) Read(key);
}

void Scenario::Upkeep() {
  storage::LocalEngine& engine = *life_->engine;
  for (int i = 0; i < 3; ++i) static_cast<void>(Await(engine.Compact()));
  static_cast<void>(Await(engine.FlushIndex()));
  clock_.Advance(std::chrono::hours(24 * 30));
  static_cast<void>(Await(engine.Scrub(1 << 20)));
  static_cast<void>(Await(engine.RefreshFreeBytes()));
}

void Scenario::Note(int key, const std::string& misfit) {
  if (!misfit.empty()) Violation(fmt::format("key {}: {}", key, misfit));
}

void Scenario::Violation(const std::string& what) {
  if (violation_.empty()) violation_ = what;
}

}  // namespace yundisk::faults
