#include "storage_core/tracker/directory.h"

#include <fmt/format.h>

#include "common/base/log.h"
#include "common/protocol/text.h"

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
  if (on_load_) on_load_(tables_);
  co_return Result<void>();
}

std::string ServiceLines(const std::vector<ServiceRow>& services, std::size_t max_bytes) {
  std::string lines;
  for (const ServiceRow& service : services) {
    const std::string line = fmt::format("service\t{}\t{}\t{}\t{}\n", service.number, service.name,
                                         service.address, service.weight);
    if (lines.size() + line.size() > max_bytes) break;
    if (wire::LinesProblem(line, max_bytes).empty()) lines += line;
  }
  return lines;
}

GroupRow Directory::GroupOf(std::string_view group) const {
  const auto found = tables_.groups.find(group);
  return found == tables_.groups.end() ? GroupRow{} : found->second;
}

}  // namespace yundisk::tracker
