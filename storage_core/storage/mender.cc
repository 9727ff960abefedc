#include "storage_core/storage/mender.h"

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "common/base/log.h"

namespace yundisk::storage {
namespace {

constexpr std::chrono::milliseconds kLookForWork{100};

std::uint8_t StateOf(const std::optional<Known>& known) {
  if (!known) return wire::CopyState::kMissing;
  if (known->deleted) return wire::CopyState::kDeleted;
  return known->damaged ? wire::CopyState::kDamaged : wire::CopyState::kHealthy;
}

bool IsThere(const std::optional<Known>& known) { return known && !known->deleted; }

}  // namespace

Task<wire::CopyTold> Mender::OfOne(const ObjectKey& key, wire::CopyAction action) {
  bool damaged = false;
  if (action != wire::CopyAction::kTell) { CO_TRY(damaged, co_await group_.engine().Reread(key)); }
  CO_TRY(std::optional<Known> known, co_await group_.engine().Lookup(key));
  // What was found damaged may have been brought meanwhile.
  if (damaged && known) known->damaged = true;
  wire::CopyTold told;
  told.found = StateOf(known);
  if (action == wire::CopyAction::kRepair) {
    CO_TRY_VOID(co_await MendOne(key));
    CO_TRY(known, co_await group_.engine().Lookup(key));
  }
  told.state = StateOf(known);
  if (!IsThere(known)) co_return told;
  told.size_bytes = known->size_bytes;
  told.sha256 = known->digest.sha256;
  told.verified_at_s = known->verified_at_s;
  co_return told;
}

// A deletion is final wherever it is known. That nobody has the object is no failure: the states
// tell.
Task<void> Mender::MendOne(const ObjectKey& key) {
  PeerConnections& connections = group_.connections(co_await boost::asio::this_coro::executor);
  for (const Target& target : group_.peers().WithinReach()) {
    const Result<wire::LookedUp> there = co_await Group::LookUpAt(connections, target, key);
    if (there && there->state == wire::KeyState::kDeleted)
      co_return co_await group_.engine().Bury(key);
  }
  const Result<void> brought = co_await group_.Bring(connections, key, stopping_);
  if (!brought) LogWarning("mending {}: {}", Shown(key.text()), brought.error().message());
  co_return Result<void>();
}

wire::RepairTold Mender::Begin() {
  const auto told = told_.Lock();
  if (told->state == wire::RepairState::kRuns) return *told;
  const Totals totals = group_.engine().totals();
  *told = {};
  told->state = wire::RepairState::kRuns;
  told->number = group_.self().incarnation + ++repairs_;
  told->objects = totals.objects;
  told->bytes = totals.object_bytes;
  ending_ = false;
  begun_ = true;
  return *told;
}

wire::RepairTold Mender::End() {
  ending_ = true;
  return Told();
}

boost::asio::awaitable<void> Mender::Run() {
  while (!stopping_) {
    if (begun_.exchange(false)) {
      brought_before_ = group_.brought();
      const Result<void> done = co_await MendAll();
      if (!done) LogError("repair: {}", done.error().message());
      const auto told = told_.Lock();
      told->state = done && !Ending() ? wire::RepairState::kDone : wire::RepairState::kEnded;
      LogInfo("repair {}: {} objects read, {} damaged, {} brought, {} left",
              told->state == wire::RepairState::kDone ? "done" : "ended", told->objects_read,
              told->damaged, told->brought, told->left);
    }
    co_await group_.timer().Sleep(kLookForWork);
  }
  ended_ = true;
}

void Mender::Stop() {
  RequestStop();
  constexpr std::chrono::milliseconds kLookAgain{5};
  while (!ended_) std::this_thread::sleep_for(kLookAgain);
}

Task<void> Mender::MendAll() {
  PeerConnections& connections = group_.connections(co_await boost::asio::this_coro::executor);
  CO_TRY_VOID(co_await ReadAll(connections));
  co_await CompareWithAll();
  co_await TryAgain(connections);
  told_.Lock()->brought = group_.brought() - brought_before_;
  co_return Result<void>();
}

Task<void> Mender::ReadAll(PeerConnections& connections) {
  std::string after;
  do {
    CO_TRY(const ObjectList list, co_await group_.engine().ObjectsAfter(after));
    for (const ObjectList::Row& row : list.rows) {
      if (Ending()) co_return Result<void>();
      co_await ReadOne(connections, row);
    }
    after = list.next;
  } while (!after.empty());
  co_return Result<void>();
}

boost::asio::awaitable<void> Mender::ReadOne(PeerConnections& connections,
                                             const ObjectList::Row& row) {
  const ObjectKey key(row.key);
  const Result<bool> damaged = co_await group_.engine().Reread(key);
  if (damaged && *damaged) {
    // At once, so that what is good elsewhere is copied while it is.
    const Result<void> brought = co_await group_.Bring(connections, key, stopping_);
    if (!brought) group_.WantSoon(row.key);
  }
  if (!damaged) LogError("repair: {}", damaged.error().message());
  const auto told = told_.Lock();
  if (!row.deleted) ++told->objects_read;
  if (!row.deleted) told->bytes_read += row.size_bytes;
  told->brought = group_.brought() - brought_before_;
  if (!damaged)
    ++told->left;
  else if (*damaged)
    ++told->damaged;
}

boost::asio::awaitable<void> Mender::CompareWithAll() {
  for (const Target& target : group_.peers().Others()) {
    if (Ending()) co_return;
    const Result<void> compared = co_await CompareWith(target);
    if (compared) continue;
    LogWarning("repair: member {}: {}", target.member.name, compared.error().message());
    ++told_.Lock()->members_unread;
  }
}

Task<void> Mender::CompareWith(const Target& target) {
  if (!group_.peers().Answers(target.member.name))
    co_return Error(Code::kUnavailable, "it is out of reach");
  PeerPosition position;
  for (bool more = true; more && !Ending();) {
    CO_TRY(more, co_await catch_up_.Compare(target, position));
    told_.Lock()->brought = group_.brought() - brought_before_;
  }
  co_return Result<void>();
}

boost::asio::awaitable<void> Mender::TryAgain(PeerConnections& connections) {
  const std::vector<std::string> wanted = group_.AllWanted();
  for (const std::string& joined : wanted) {
    if (Ending()) co_return;
    const ObjectKey key(joined);
    const Result<void> brought = co_await group_.Bring(connections, key, stopping_);
    if (!brought) ++told_.Lock()->left;
  }
}

}  // namespace yundisk::storage
