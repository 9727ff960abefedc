#include "storage_core/tracker/route_cache.h"

#include "common/protocol/text.h"

namespace yundisk::tracker {
namespace {

// An application has no control characters, so no two owners share a name.
std::string NameOf(const Owner& owner) { return "route:" + owner.application + '\n' + owner.user; }

}  // namespace

Result<std::string> CachedRouteStore::Find(const Owner& owner) {
  constexpr std::size_t kMaxGroupBytes = 16;
  const std::string name = NameOf(owner);
  if (const auto reply = cache_->Run({"GET", name})) {
    const auto group = reply->text();
    if (group && !group->empty() && wire::TextProblem(*group, kMaxGroupBytes).empty())
      return *group;
  }
  auto group = truth_->Find(owner);
  if (group && !group->empty()) Remember(name, *group);
  return group;
}

Result<std::string> CachedRouteStore::Keep(const Owner& owner, std::string_view group) {
  auto kept = truth_->Keep(owner, group);
  if (kept) Remember(NameOf(owner), *kept);
  return kept;
}

void CachedRouteStore::Remember(const std::string& name, const std::string& group) {
  (void)cache_->Run({"SET", name, group, "EX", life_});  // a cache: what fails is asked again
}

}  // namespace yundisk::tracker
