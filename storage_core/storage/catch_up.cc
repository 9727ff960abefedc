#include "storage_core/storage/catch_up.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/base/log.h"
#include "storage_core/storage/one_shot.h"

namespace yundisk::storage {
namespace {

// A slash is between a group and a storage, so no storage is called this.
constexpr std::string_view kNoMember = "/compare";

}  // namespace

// The rows of one answer and the coroutines that work on them.
struct CatchUp::Pulls {
  const Target target;
  const std::vector<wire::ChangeRow>& rows;
  std::size_t next = 0;
  std::size_t working = 0;
  std::vector<std::string> failed{};
  bool too_many = false;  // some could not even be remembered
  bool asking = false;    // a poll is under way meanwhile
  OneShot<Result<void>> done{};

  void EndWhenDone() {
    if (working == 0 && !asking) done.Set(Result<void>());
  }
};

boost::asio::awaitable<void> CatchUp::Run() {
  executor_ = co_await boost::asio::this_coro::executor;
  bringing_ = true;
  boost::asio::co_spawn(executor_, KeepBringing(), boost::asio::detached);
  while (!stopping_) {
    FollowNewMembers();
    const auto gone = [this](const Uploading& by) {
      return by.coordinator != group_.options().rules.self &&
             group_.peers().Gone(by.coordinator, by.incarnation);
    };
    group_.hidden().ShowOf(gone);
    co_await SaveSometimes();
    co_await group_.timer().Sleep(options_.poll_interval);
  }
  while (!followed_.empty() || bringing_) co_await group_.timer().Sleep(options_.poll_interval);
  co_await Save();
  ended_ = true;
}

boost::asio::awaitable<void> CatchUp::KeepBringing() {
  while (!stopping_) {
    co_await BringWanted();
    co_await group_.timer().Sleep(options_.poll_interval);
  }
  bringing_ = false;
}

boost::asio::awaitable<void> CatchUp::SaveSometimes() {
  const SteadyTime now = group_.clock().Steady();
  if (now < saved_at_ + options_.save_interval) co_return;
  saved_at_ = now;
  co_await Save();
}

boost::asio::awaitable<void> CatchUp::Save() {
  PeerPositions::Positions held_back;
  for (auto& [name, postponed] : postponed_) {
    const auto wanted = [this](const std::string& key) { return group_.Wanted(key); };
    std::erase_if(postponed,
                  [&](const Postponed& some) { return std::ranges::none_of(some.keys, wanted); });
    if (!postponed.empty()) held_back.emplace(name, postponed.front().before);
  }
  const Result<void> saved = co_await positions_.Save(held_back);
  if (!saved) LogWarning("keeping how far the members were read: {}", saved.error().message());
}

void CatchUp::Stop() {
  RequestStop();
  constexpr std::chrono::milliseconds kLookAgain{5};
  while (!ended_) std::this_thread::sleep_for(kLookAgain);
}

void CatchUp::FollowNewMembers() {
  for (const Target& target : group_.peers().Others())
    if (followed_.insert(target.member.name).second)
      boost::asio::co_spawn(executor_, Follow(target.member.name), boost::asio::detached);
}

boost::asio::awaitable<void> CatchUp::Follow(std::string name) {
  std::string last_trouble;
  while (!stopping_) {
    const std::optional<Target> target = group_.peers().Find(name);
    if (!target) break;
    const Result<bool> more = co_await Poll(*target);
    if (!more) {
      if (more.error().message() != last_trouble && !stopping_)
        LogWarning("member {} at {}: {}", name, target->member.address, more.error().message());
      last_trouble = more.error().message();
    } else {
      last_trouble.clear();
      group_.releases().Retry(*target, connections_, executor_);
    }
    if (!more || !*more) co_await group_.timer().Sleep(options_.poll_interval);
  }
  followed_.erase(name);
}

Task<bool> CatchUp::Poll(const Target& target) {
  const std::string& name = target.member.name;
  PeerPosition position = positions_.Get(name);
  const wire::Changes ask{group_.self(),
                          position.log,
                          {position.read.volume, position.read.offset},
                          static_cast<std::uint32_t>(options_.changes_at_once)};
  CO_TRY(const wire::ChangesRead read, co_await Ask(target, ask));
  group_.peers().Reading(name, {read.left + read.rows.items.size(), read.left_seconds});
  CO_TRY(std::vector<std::string> failed, co_await Apply(target, read.rows.items, &ask));
  group_.peers().Reading(name, {read.left, read.left_seconds});
  if (!failed.empty()) postponed_[name].push_back({position, std::move(failed)});
  position.log = read.log;
  position.read = {read.next.volume, read.next.offset};
  positions_.Set(name, position);
  co_return read.next != read.end;
}

Task<wire::ChangesRead> CatchUp::Ask(const Target& target, const wire::Changes& ask) {
  const std::string& name = target.member.name;
  const SteadyTime sent = group_.clock().Steady();
  auto lease = co_await connections_.Get(target);
  Result<wire::ChangesRead> read = Error(Code::kUnavailable, "not asked yet");
  if (lease)
    read = co_await (*lease)->caller().Call(ask);
  else
    read = lease.error();
  if (read)
    group_.peers().Heard(name, sent, read->in_step == 1);
  else
    group_.peers().Lost(name);
  co_return read;
}

// Who is no member is told the changes and nothing else: what the member thinks of us, and we of
// it, stays as it is.
Task<bool> CatchUp::Compare(const Target& target, PeerPosition& position) {
  const wire::Changes ask{{wire::TextZ<128>::Unchecked(kNoMember), 0},
                          position.log,
                          {position.read.volume, position.read.offset},
                          static_cast<std::uint32_t>(options_.changes_at_once)};
  wire::ChangesRead read;
  {
    CO_TRY(const auto lease, co_await connections_.Get(target));
    CO_TRY(read, co_await lease->caller().Call(ask));
  }
  CO_TRY_VOID(co_await Apply(target, read.rows.items, nullptr));
  position = {read.log, {read.next.volume, read.next.offset}};
  co_return read.next != read.end;
}

// Fails when some rows were neither applied nor are remembered: they have to be read again.
Task<std::vector<std::string>> CatchUp::Apply(const Target& target,
                                              const std::vector<wire::ChangeRow>& rows,
                                              const wire::Changes* polling) {
  if (rows.empty()) co_return std::vector<std::string>();
  const auto shared = std::make_shared<Pulls>(target, rows);
  Pulls& pulls = *shared;
  pulls.working = std::min(options_.pulls_at_once, rows.size());
  for (std::size_t i = pulls.working; i > 0; --i)
    boost::asio::co_spawn(executor_, ApplySome(pulls), boost::asio::detached);
  if (polling != nullptr)
    boost::asio::co_spawn(executor_, KeepPolling(shared, *polling), boost::asio::detached);
  static_cast<void>(co_await pulls.done.Wait());
  if (stopping_) co_return Error(Code::kUnavailable, "the storage is stopping");
  if (pulls.too_many)
    co_return Error(Code::kUnavailable, "too much is wanted already; its log is read no further");
  co_return std::move(pulls.failed);
}

boost::asio::awaitable<void> CatchUp::ApplySome(Pulls& pulls) {
  while (pulls.next < pulls.rows.size() && !stopping_) {
    const wire::ChangeRow& row = pulls.rows[pulls.next++];
    co_await ApplyRow(pulls, row);
  }
  --pulls.working;
  pulls.EndWhenDone();
}

// The sign of life, while applying takes longer than the time between two polls. One after the
// other, like all polls of a member: it takes each as proof that the answer before was heard.
boost::asio::awaitable<void> CatchUp::KeepPolling(std::shared_ptr<Pulls> pulls, wire::Changes ask) {
  ask.count = 0;
  while (true) {
    co_await group_.timer().Sleep(options_.poll_interval);
    if (pulls->working == 0) co_return;  // and whoever waited has gone on
    pulls->asking = true;
    const std::optional<Target> now = group_.peers().Find(pulls->target.member.name);
    if (now) static_cast<void>(co_await Ask(*now, ask));
    pulls->asking = false;
    if (pulls->working != 0) continue;
    pulls->EndWhenDone();
    co_return;
  }
}

boost::asio::awaitable<void> CatchUp::ApplyRow(Pulls& pulls, const wire::ChangeRow& row) {
  const ObjectKey key = FromWire(row.key);
  const Result<void> done = co_await ApplyTo(pulls.target, row, key);
  if (done) {
    group_.HaveNow(key.text());
    co_return;
  }
  // Deleted since: a later row says so.
  if (done.error().code() == Code::kNotFound || done.error().code() == Code::kDeleted) co_return;
  LogWarning("bringing {} from {}: {}", Shown(key.text()), pulls.target.member.name,
             done.error().message());
  if (group_.WantSoon(key.text()))
    pulls.failed.push_back(key.text());
  else
    pulls.too_many = true;
}

Task<void> CatchUp::ApplyTo(const Target& target, const wire::ChangeRow& row,
                            const ObjectKey& key) {
  // An upload under way brings it here by itself.
  const std::chrono::milliseconds at_most = group_.options().copy_wait;
  static_cast<void>(co_await group_.hidden().Await(key.text(), at_most));
  CO_TRY(const std::optional<Known> known, co_await group_.engine().Lookup(key));
  if (row.deleted != 0) {
    if (!known || !known->deleted) co_return co_await BuryAtLast(key);
  } else if (!known || (!known->deleted && known->damaged)) {
    co_return co_await group_.Pull(connections_, target, key, row.sha256, stopping_);
  } else if (!known->deleted && known->digest.sha256 != row.sha256) {
    LogError("{} here and on {} have different contents", Shown(key.text()), target.member.name);
  }
  co_return Result<void>();
}

// A deletion that is passed over would never come again.
Task<void> CatchUp::BuryAtLast(const ObjectKey& key) {
  Result<void> buried = co_await group_.engine().Bury(key);
  while (!buried && !stopping_) {
    co_await group_.timer().Sleep(options_.retry_interval);
    buried = co_await group_.engine().Bury(key);
  }
  co_return buried;
}

boost::asio::awaitable<void> CatchUp::BringWanted() {
  std::vector<std::string> wanted = group_.TakeWanted();
  const SteadyTime now = group_.clock().Steady();
  if (now >= retry_at_) wanted.insert(wanted.end(), failed_.begin(), failed_.end());
  if (now >= retry_at_) failed_.clear();
  std::size_t brought = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (stopping_) co_return;
    if (failures == options_.failures_at_once) {
      // These come first in the next round.
      failed_.insert(failed_.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i),
                     wanted.end());
      break;
    }
    const ObjectKey key(wanted[i]);
    const Result<void> here = co_await group_.Bring(connections_, key, stopping_);
    failures = here ? 0 : failures + 1;
    if (here)
      ++brought;
    else
      failed_.push_back(wanted[i]);
  }
  if (now < retry_at_) co_return;
  retry_after_ = brought != 0 || failed_.empty()
                     ? options_.retry_interval
                     : std::min(retry_after_ * 2, options_.longest_retry_interval);
  retry_at_ = now + retry_after_;
}

}  // namespace yundisk::storage
