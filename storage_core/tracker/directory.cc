#include "storage_core/tracker/directory.h"

#include "common/base/log.h"

namespace yundisk::tracker {

net::Task<void> Directory::Run() {
  bool in_trouble = false;
  while (true) {
    const Result<void> loaded = co_await Load();
    if (!loaded && !in_trouble)
      LogWarning("tables of groups and services: {}", loaded.error().message());
    in_trouble = !loaded;
    co_await timer_->Sleep(kInterval);
  }
}

net::Task<Result<void>> Directory::Load() {
  const auto load = [this] { return store_->Load(); };
  CO_TRY(tables_, co_await pool_->Run(load));
  co_return Result<void>();
}

GroupRow Directory::GroupOf(std::string_view group) const {
  const auto found = tables_.groups.find(group);
  return found == tables_.groups.end() ? GroupRow{} : found->second;
}

}  // namespace yundisk::tracker
