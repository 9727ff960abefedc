#include "storage_core/storage/replicated_engine.h"

#include <utility>

#include <boost/asio/this_coro.hpp>

#include "storage_core/storage/upload_copies.h"

namespace yundisk::storage {
namespace {

constexpr std::chrono::milliseconds kTryAgain{100};

}  // namespace

Task<void> ReplicatedEngine::Put(const ObjectKey& key, std::uint64_t size_bytes,
                                 ContentSource& source) {
  CO_TRY(CopyPlan plan, group_.peers().Plan());
  if (plan.alone()) co_return co_await engine_.Put(key, size_bytes, source);
  UploadCopies copies(group_, key, size_bytes, std::move(plan));
  const Result<void> stored = co_await engine_.Put(key, size_bytes, source, copies);
  co_return co_await copies.Settle(stored);
}

Task<Digest> ReplicatedEngine::Adopt(const ObjectKey& key, std::uint64_t size_bytes,
                                     std::string_view spool_name) {
  CO_TRY(CopyPlan plan, group_.peers().Plan());
  if (plan.alone()) co_return co_await engine_.Adopt(key, size_bytes, spool_name);
  UploadCopies copies(group_, key, size_bytes, std::move(plan));
  const Result<Digest> adopted = co_await engine_.Adopt(key, size_bytes, spool_name, copies);
  Result<void> stored;
  if (!adopted) stored = adopted.error();
  CO_TRY_VOID(co_await copies.Settle(stored));
  co_return adopted;
}

Task<std::uint64_t> ReplicatedEngine::Size(const ObjectKey& key) {
  if (group_.hidden().Hides(key.text())) CO_TRY_VOID(co_await AwaitShown(key));
  const Result<std::uint64_t> size = co_await engine_.Size(key);
  if (!size) CO_TRY_VOID(co_await Judge(key, size.error()));
  co_return size;
}

Task<ObjectInfo> ReplicatedEngine::Stat(const ObjectKey& key) {
  if (group_.hidden().Hides(key.text())) CO_TRY_VOID(co_await AwaitShown(key));
  const Result<ObjectInfo> info = co_await engine_.Stat(key);
  if (!info) CO_TRY_VOID(co_await Judge(key, info.error()));
  co_return info;
}

Task<std::unique_ptr<Content>> ReplicatedEngine::Open(const ObjectKey& key, ByteRange range) {
  if (group_.hidden().Hides(key.text())) CO_TRY_VOID(co_await AwaitShown(key));
  auto content = co_await engine_.Open(key, range);
  if (!content) CO_TRY_VOID(co_await Judge(key, content.error()));
  co_return content;
}

Task<void> ReplicatedEngine::AwaitShown(const ObjectKey& key) {
  co_return co_await group_.hidden().Await(key.text(), group_.options().show_wait);
}

Task<void> ReplicatedEngine::Judge(const ObjectKey& key, Error error) {
  if (group_.peers().Alone()) co_return error;
  if (error.code() == Code::kCorrupt) {
    group_.WantSoon(key.text());
    co_return Error(Code::kUnavailable, error.message());
  }
  if (error.code() != Code::kNotFound) co_return error;
  CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
  if (known && known->deleted) co_return error;
  if (group_.peers().InStep() && !group_.Wanted(key.text())) co_return error;
  co_return Error::Make(Code::kUnavailable,
                        "looking for {}: it is not here, and another member may have it",
                        Shown(key.text()));
}

Task<void> ReplicatedEngine::Remove(const ObjectKey& key) {
  CO_TRY(const CopyPlan plan, group_.peers().Plan());
  if (group_.hidden().Hides(key.text())) { CO_TRY_VOID(co_await AwaitShown(key)); }
  const Result<void> removed = co_await engine_.Remove(key);
  if (!removed) {
    CO_TRY(const std::optional<Known> known, co_await engine_.Lookup(key));
    // The deletion before this one may have ended with too few tombstones.
    if (known && known->deleted) { CO_TRY_VOID(co_await BuryElsewhere(key, plan)); }
    CO_TRY_VOID(co_await Judge(key, removed.error()));
  }
  CO_TRY_VOID(removed);
  co_return co_await BuryElsewhere(key, plan);
}

// Those that cannot be told now read of it in our log, and are not in step until they have.
Task<void> ReplicatedEngine::BuryElsewhere(const ObjectKey& key, const CopyPlan& plan) {
  const SteadyTime until = group_.clock().Steady() + group_.options().copy_wait;
  PeerConnections& connections = group_.connections(co_await boost::asio::this_coro::executor);
  std::vector<Target> left = group_.peers().Others();
  std::size_t made = plan.self_counts ? 1 : 0;
  while (true) {
    std::vector<Target> failed;
    for (const Target& target : left) {
      const Result<void> buried = co_await Bury(connections, target.member.name, key);
      if (!buried) failed.push_back(target);
      if (buried && !target.member.draining) ++made;
    }
    left = std::move(failed);
    if (made >= plan.required || left.empty() || group_.clock().Steady() >= until) break;
    co_await group_.timer().Sleep(kTryAgain);
  }
  const ChangePosition end = engine_.end_of_changes();
  for (const Target& target : left) group_.peers().Leave(target.member.name, end);
  if (made < plan.required)
    co_return Error::Make(Code::kTooFewReplicas,
                          "deleting {}: {} members of {} have it on their disks; it may or may not "
                          "be deleted",
                          Shown(key.text()), made, plan.required);
  co_return Result<void>();
}

Task<void> ReplicatedEngine::Bury(PeerConnections& connections, const std::string& member,
                                  const ObjectKey& key) {
  const std::optional<Target> target = group_.peers().Find(member);
  if (!target || !group_.peers().Answers(member))
    co_return Error(Code::kUnavailable, "it is out of reach");
  const wire::Bury bury{OnWire(key)};
  CO_TRY(const auto lease, co_await connections.Get(*target));
  CO_TRY_VOID(co_await lease->caller().Call(bury));
  co_return Result<void>();
}

Statistics ReplicatedEngine::Describe() const {
  Statistics statistics = engine_.Describe();
  if (group_.peers().Alone()) return statistics;
  statistics.emplace_back("in_step", group_.peers().InStep() ? "yes" : "no");
  const Lag behind = group_.Behind();
  statistics.emplace_back("behind_changes", std::to_string(behind.changes));
  statistics.emplace_back("behind_seconds", std::to_string(behind.seconds));
  statistics.emplace_back("hidden", std::to_string(group_.hidden().size()));
  for (auto& line : group_.peers().Describe()) statistics.push_back(std::move(line));
  return statistics;
}

}  // namespace yundisk::storage
