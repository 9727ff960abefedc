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

// The rows of one answer and the coroutines that work on them.
struct CatchUp::Pulls {
  const Target& target;
  const std::vector<wire::ChangeRow>& rows;
  std::size_t next = 0;
  std::size_t working = 0;
  OneShot<Result<void>> done{};
};

boost::asio::awaitable<void> CatchUp::Run() {
  executor_ = co_await boost::asio::this_coro::executor;
  while (!stopping_) {
    FollowNewMembers();
    const auto gone = [this](const Uploading& by) {
      return by.coordinator != group_.options().rules.self &&
             group_.peers().Gone(by.coordinator, by.incarnation);
    };
    group_.hidden().ShowOf(gone);
    co_await BringWanted();
    const SteadyTime now = group_.clock().Steady();
    if (now >= saved_at_ + options_.save_interval && !group_.WantsAny()) {
      saved_at_ = now;
      const Result<void> saved = co_await positions_.Save();
      if (!saved) LogWarning("keeping how far the members were read: {}", saved.error().message());
    }
    co_await group_.timer().Sleep(options_.poll_interval);
  }
  while (!followed_.empty()) co_await group_.timer().Sleep(options_.poll_interval);
  ended_ = true;
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
      group_.peers().Lost(name);
      if (more.error().message() != last_trouble)
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
  const SteadyTime sent = group_.clock().Steady();
  wire::ChangesRead read;
  {
    CO_TRY(const auto lease, co_await connections_.Get(target));
    CO_TRY(read, co_await lease->caller().Call(ask));
  }
  group_.peers().Heard(name, sent, read.in_step == 1);
  co_await Apply(target, read.rows.items);
  position.log = read.log;
  position.read = {read.next.volume, read.next.offset};
  positions_.Set(name, position);
  co_return read.next != read.end;
}

boost::asio::awaitable<void> CatchUp::Apply(const Target& target,
                                            const std::vector<wire::ChangeRow>& rows) {
  if (rows.empty()) co_return;
  Pulls pulls{target, rows};
  pulls.working = std::min(options_.pulls_at_once, rows.size());
  for (std::size_t i = pulls.working; i > 0; --i)
    boost::asio::co_spawn(executor_, ApplySome(pulls), boost::asio::detached);
  static_cast<void>(co_await pulls.done.Wait());
}

boost::asio::awaitable<void> CatchUp::ApplySome(Pulls& pulls) {
  while (pulls.next < pulls.rows.size() && !stopping_) {
    const wire::ChangeRow& row = pulls.rows[pulls.next++];
    co_await ApplyRow(pulls.target, row);
  }
  if (--pulls.working == 0) pulls.done.Set(Result<void>());
}

boost::asio::awaitable<void> CatchUp::ApplyRow(const Target& target, const wire::ChangeRow& row) {
  const ObjectKey key = FromWire(row.key);
  // An upload under way brings it here by itself.
  const std::chrono::milliseconds at_most = group_.options().copy_wait;
  static_cast<void>(co_await group_.hidden().Await(key.text(), at_most));
  const Result<std::optional<Known>> known = co_await group_.engine().Lookup(key);
  Result<void> done;
  if (!known) {
    done = known.error();
  } else if (row.deleted != 0) {
    if (!*known || !(*known)->deleted) done = co_await BuryAtLast(key);
  } else if (!*known || (!(*known)->deleted && (*known)->damaged)) {
    done = co_await group_.Pull(connections_, target, key, row.sha256);
  } else if (!(*known)->deleted && (*known)->digest.sha256 != row.sha256) {
    LogError("{} here and on {} have different contents", Shown(key.text()), target.member.name);
  }
  if (done) {
    group_.HaveNow(key.text());
    co_return;
  }
  // Deleted since: a later row says so.
  if (done.error().code() == Code::kNotFound || done.error().code() == Code::kDeleted) co_return;
  LogWarning("bringing {} from {}: {}", Shown(key.text()), target.member.name,
             done.error().message());
  group_.WantSoon(key.text());
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
  if (now >= retry_at_) {
    retry_at_ = now + options_.retry_interval;
    wanted.insert(wanted.end(), failed_.begin(), failed_.end());
    failed_.clear();
  }
  for (const std::string& key : wanted) {
    if (stopping_) co_return;
    const Result<void> brought = co_await Bring(key);
    if (brought)
      group_.HaveNow(key);
    else
      failed_.push_back(key);
  }
}

Task<void> CatchUp::Bring(const std::string& joined) {
  const ObjectKey key(joined);
  CO_TRY(const std::optional<Known> known, co_await group_.engine().Lookup(key));
  if (known && (known->deleted || !known->damaged)) co_return Result<void>();
  Error last(Code::kUnavailable, "no member is within reach");
  for (const Target& target : group_.peers().WithinReach()) {
    const Result<void> brought = co_await BringFrom(target, key);
    if (brought) {
      LogInfo("brought {} from {}", Shown(joined), target.member.name);
      co_return Result<void>();
    }
    last = brought.error();
  }
  co_return last;
}

Task<void> CatchUp::BringFrom(const Target& target, const ObjectKey& key) {
  const wire::Stat stat{OnWire(key)};
  Sha256 sha256{};
  {
    CO_TRY(const auto lease, co_await connections_.Get(target));
    CO_TRY(const wire::ObjectStat there, co_await lease->caller().Call(stat));
    sha256 = there.sha256;
  }
  co_return co_await group_.Pull(connections_, target, key, sha256);
}

}  // namespace yundisk::storage
