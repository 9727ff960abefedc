#include "storage_core/tracker/members.h"

#include <set>

#include "common/base/log.h"

namespace yundisk::tracker {

net::Task<void> Members::Run() {
  bool in_trouble = false;
  while (true) {
    Result<void> done = co_await SaveAll();
    const Result<void> loaded = co_await Load();
    if (!loaded) done = loaded;
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
  // It may have joined this very moment. Rows that cannot be saved are told of by Run.
  static_cast<void>(co_await SaveAll());
  const auto set = [&] { return store_->SetStanding(name, standing); };
  CO_TRY_VOID(co_await pool_->Run(set));
  registry_->SetStanding(name, standing);
  if (loaded()) applied_ = ++begun_;
  co_return Result<void>();
}

net::Task<Result<void>> Members::SaveAll() {
  Result<void> all;
  NodeName name;
  for (auto place = unsaved_.begin(); place != unsaved_.end(); place = unsaved_.upper_bound(name)) {
    const Member member = place->second;
    name = member.name;
    const auto save = [&] { return store_->Save(member); };
    const Result<void> saved = co_await pool_->Run(save);
    if (!saved) {
      all = saved;
      if (saved.error().code() == Code::kUnavailable) break;  // so are the others
      continue;
    }
    // It may have joined again, from elsewhere, or have been saved by a change meanwhile.
    const auto now = unsaved_.find(name);
    if (now == unsaved_.end()) continue;
    if (now->second.address == member.address && now->second.started_at_s == member.started_at_s)
      unsaved_.erase(now);
    // What a reading that has begun brings does not know of it.
    if (loaded()) applied_ = ++begun_;
  }
  co_return all;
}

}  // namespace yundisk::tracker
