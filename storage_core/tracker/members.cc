#include "storage_core/tracker/members.h"

#include <utility>

#include "common/base/log.h"

namespace yundisk::tracker {

net::Task<void> Members::Run() {
  bool in_trouble = false;
  while (true) {
    Result<void> done;
    if (!loaded_) done = co_await Load();
    if (done) done = co_await SaveAll();
    if (!done && !in_trouble) LogWarning("table of members: {}", done.error().message());
    in_trouble = !done;
    co_await timer_->Sleep(kRetry);
  }
}

net::Task<Result<void>> Members::Load() {
  CO_TRY(const auto members, co_await pool_->Run([this] { return store_->Load(); }));
  for (const Member& member : members) registry_->AddMember(member);
  loaded_ = true;
  LogInfo("{} storages have joined in the past", members.size());
  co_return Result<void>();
}

net::Task<Result<void>> Members::SaveAll() {
  while (!unsaved_.empty()) {
    const Member member = unsaved_.begin()->second;
    CO_TRY_VOID(co_await pool_->Run([&] { return store_->Save(member); }));
    // It may have joined again, from elsewhere, meanwhile.
    const auto saved = unsaved_.find(member.name);
    if (saved->second.address == member.address) unsaved_.erase(saved);
  }
  co_return Result<void>();
}

}  // namespace yundisk::tracker
