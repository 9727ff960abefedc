#include "storage_core/tracker/members.h"

#include <set>

#include "common/base/log.h"

namespace yundisk::tracker {

net::Task<void> Members::Run() {
  bool in_trouble = false;
  while (true) {
    Result<void> done = co_await SaveAll();
    if (done) done = co_await Load();
    if (!done && !in_trouble) LogWarning("table of members: {}", done.error().message());
    in_trouble = !done;
    co_await timer_->Sleep(kInterval);
  }
}

net::Task<Result<void>> Members::Load() {
  const std::uint64_t number = ++begun_;
  const auto load = [this] { return store_->Load(); };
  CO_TRY(const auto members, co_await pool_->Run(load));
  if (number < applied_) co_return Result<void>();
  if (!loaded()) LogInfo("{} storages have joined in the past", members.size());
  applied_ = number;
  std::set<NodeName> unsaved;
  for (const auto& [name, member] : unsaved_) unsaved.insert(name);
  registry_->TakeTable(members, unsaved);
  co_return Result<void>();
}

net::Task<Result<void>> Members::Set(const NodeName& name, Standing standing) {
  CO_TRY_VOID(co_await SaveAll());  // it may have joined this very moment
  const auto set = [&] { return store_->SetStanding(name, standing); };
  CO_TRY_VOID(co_await pool_->Run(set));
  registry_->SetStanding(name, standing);
  if (loaded()) applied_ = ++begun_;
  co_return Result<void>();
}

net::Task<Result<void>> Members::SaveAll() {
  while (!unsaved_.empty()) {
    const Member member = unsaved_.begin()->second;
    const auto save = [&] { return store_->Save(member); };
    CO_TRY_VOID(co_await pool_->Run(save));
    // It may have joined again, from elsewhere, or have been saved by a change meanwhile.
    const auto saved = unsaved_.find(member.name);
    if (saved == unsaved_.end()) continue;
    if (saved->second.address == member.address &&
        saved->second.started_at_s == member.started_at_s)
      unsaved_.erase(saved);
  }
  co_return Result<void>();
}

}  // namespace yundisk::tracker
