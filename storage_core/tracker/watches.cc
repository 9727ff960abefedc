#include "storage_core/tracker/watches.h"

#include <algorithm>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/protocol/messages.h"

namespace yundisk::tracker {

Watches::Watches(Registry& registry, const Clock& clock) : registry_(&registry), clock_(&clock) {
  registry.AddListener(*this);
}

net::Task<void> Watches::Wait(const std::string& group, std::uint64_t known) {
  if (closed_ || registry_->VersionOf(group) != known) co_return;
  co_await Park(waiting_[group]);
}

net::Task<void> Watches::Park(Waiters& waiters) {
  const auto start = [this, &waiters](auto handler) {
    const boost::asio::any_io_executor home = boost::asio::get_associated_executor(handler);
    waiters.push_back({clock_->Steady() + wire::kWatchWait, home, std::move(handler)});
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      start, boost::asio::use_awaitable);
}

void Watches::Sweep() {
  const SteadyTime now = clock_->Steady();
  for (auto group = waiting_.begin(); group != waiting_.end();) {
    Waiters& waiters = group->second;
    Resume(waiters, std::ranges::find_if(
                        waiters, [now](const Waiter& waiter) { return waiter.until > now; }));
    // Anybody can name a group that is none: those must not add up.
    group = waiters.empty() ? waiting_.erase(group) : std::next(group);
  }
}

void Watches::Close() {
  closed_ = true;
  for (auto& [group, waiters] : waiting_) Resume(waiters, waiters.end());
}

std::size_t Watches::waiting() const {
  std::size_t count = 0;
  for (const auto& [group, waiters] : waiting_) count += waiters.size();
  return count;
}

void Watches::OnChange(const NodeName& name, RegistryChange) {
  ResumeAll(name.group);
  ResumeAll("");
}

void Watches::ResumeAll(std::string_view group) {
  if (const auto found = waiting_.find(group); found != waiting_.end())
    Resume(found->second, found->second.end());
}

// They run soon, not within this call: whoever changes the registry is in the middle of it.
void Watches::Resume(Waiters& waiters, Waiters::iterator end) {
  Waiters ready;
  ready.splice(ready.begin(), waiters, waiters.begin(), end);
  for (Waiter& waiter : ready) {
    auto resume = [handler = std::move(waiter.resume)]() mutable { std::move(handler)(); };
    boost::asio::post(waiter.home, std::move(resume));
  }
}

}  // namespace yundisk::tracker
