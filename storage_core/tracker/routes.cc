#include "storage_core/tracker/routes.h"

#include <utility>

namespace yundisk::tracker {

net::Task<Result<std::string>> Routes::GroupOf(const Owner& owner, const Choose& choose) {
  if (const auto known = remembered_.find(owner); known != remembered_.end())
    co_return known->second;
  CO_TRY(std::string group, co_await pool_->Run([&] { return store_->Find(owner); }));
  if (group.empty()) {
    CO_TRY(const std::string chosen, choose());
    CO_TRY(group, co_await pool_->Run([&] { return store_->Keep(owner, chosen); }));
  }
  Remember(owner, group);
  co_return group;
}

void Routes::Remember(const Owner& owner, const std::string& group) {
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  remembered_[owner] = group;
}

}  // namespace yundisk::tracker
