#include "storage_core/client/member_watch.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "common/net/caller.h"

namespace yundisk::client {
namespace {

// A tracker answers within kWatchWait; what takes longer by this much is not coming.
constexpr std::chrono::seconds kPatience{5};

}  // namespace

MemberWatch::MemberWatch(MemberWatchOptions options, net::Dialer& dialer, net::Timer& timer,
                         const Clock& clock, Random& random)
    : options_(std::move(options)),
      dialer_(&dialer),
      timer_(&timer),
      clock_(&clock),
      random_(&random) {}

net::Task<void> MemberWatch::Run() {
  std::string last_trouble;  // said once, not every time
  for (std::size_t next = 0;; ++next) {
    const std::vector<std::string> trackers = options_.trackers();
    CHECK(!trackers.empty());
    const std::string& tracker = trackers[next % trackers.size()];
    const Result<void> ended = co_await Follow(tracker);
    if (ended.error().message() != last_trouble)
      LogWarning("watching group {} at tracker {}: {}", options_.group.view(), tracker,
                 ended.error().message());
    last_trouble = ended.error().message();
    co_await timer_->Sleep(options_.retry_pause);
  }
}

net::Task<Result<void>> MemberWatch::Follow(const std::string& tracker) {
  CO_TRY(const auto stream, co_await dialer_->Connect(tracker, options_.connect_timeout));
  net::Caller caller(*stream, wire::Service::kTracker, *clock_, wire::kWatchWait + kPatience);
  if (options_.secret) CO_TRY_VOID(co_await caller.Authenticate(*options_.secret, *random_));
  // Versions are this tracker's own: what another one said means nothing to it.
  wire::Watch watch{0, options_.group};
  while (true) {
    CO_TRY(const wire::Watched watched, co_await caller.Call(watch));
    watch.known_version = watched.version;
    CO_TRY_VOID(Take(watched));
  }
}

Result<void> MemberWatch::Take(const wire::Watched& watched) {
  const std::string_view group = options_.group.view();
  TRY(MemberList members, ParseMembers(watched.lines.text, group));
  AddForgotten(members, ParseRemoved(watched.lines.text, group));
  if (told_ == members) return {};
  told_ = members;
  if (!options_.file.empty()) Keep(members);
  if (options_.on_change) options_.on_change(members);
  return {};
}

void MemberWatch::AddForgotten(MemberList& members, const std::vector<std::string>& removed) const {
  for (Member member : told_ ? *told_ : options_.known) {
    const std::string& name = member.host_name;
    if (std::ranges::find(members, name, &Member::host_name) != members.end()) continue;
    if (std::ranges::find(removed, name) != removed.end()) continue;
    member.state = MemberState::kOffline;
    members.push_back(std::move(member));
  }
  std::ranges::sort(members, {}, &Member::host_name);
}

void MemberWatch::Keep(const MemberList& members) {
  MemberList stateless = members;
  for (Member& member : stateless) member.state = MemberState::kOffline;
  if (kept_ == stateless) return;
  const auto written = WriteMembers(options_.file, stateless);
  if (written)
    kept_ = std::move(stateless);
  else
    LogWarning("keeping the list of members: {}", written.error().message());
}

}  // namespace yundisk::client
