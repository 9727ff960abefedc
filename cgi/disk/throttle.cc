#include "cgi/disk/throttle.h"

#include <algorithm>

namespace yundisk::disk {
namespace {

std::string AccountKey(std::string_view account) {
  return fmt::format("yundisk:sign-in:account:{}", account);
}
std::string AddressKey(std::string_view address) {
  return fmt::format("yundisk:sign-in:address:{}", address);
}

}  // namespace

std::optional<std::chrono::seconds> SignInThrottle::Attempt(const Who& who) {
  const Count account = CountAttempt(AccountKey(who.account));
  const Count address = CountAttempt(AddressKey(who.address));
  std::optional<std::chrono::seconds> wait;
  if (account.attempts > kAttemptsPerAccount) wait = account.left;
  if (address.attempts > kAttemptsPerAddress)
    wait = std::max(wait.value_or(address.left), address.left);
  return wait;
}

SignInThrottle::Count SignInThrottle::CountAttempt(const std::string& key) {
  const Count here = CountInMemory(key);
  const auto everywhere = CountInRedis(key);
  return everywhere && everywhere->attempts > here.attempts ? *everywhere : here;
}

std::optional<SignInThrottle::Count> SignInThrottle::CountInRedis(const std::string& key) {
  const std::string window = std::to_string(kThrottleWindow.count());
  // The first command makes the counter with its end, so that it can never stay for ever.
  const auto replies =
      redis_.Pipeline({{"SET", key, "0", "EX", window, "NX"}, {"INCR", key}, {"TTL", key}});
  if (!replies) return std::nullopt;
  return Count{replies->at(1).integer().value_or(0), std::chrono::seconds(std::max<std::int64_t>(
                                                         1, replies->at(2).integer().value_or(1)))};
}

SignInThrottle::Count SignInThrottle::CountInMemory(const std::string& key) {
  const SteadyTime now = clock_.Steady();
  auto windows = windows_.Lock();
  if (windows->size() >= kThrottleEntriesMax) MakeRoom(*windows, now);
  Window& window = (*windows)[key];
  if (window.ends <= now) window = {0, now + kThrottleWindow};
  ++window.attempts;
  return {window.attempts, std::chrono::ceil<std::chrono::seconds>(window.ends - now)};
}

void SignInThrottle::MakeRoom(Windows& windows, SteadyTime now) const {
  std::erase_if(windows, [&](const auto& entry) { return entry.second.ends <= now; });
  if (windows.size() >= kThrottleEntriesMax) windows.clear();
}

void SignInThrottle::TakeBackInMemory(const std::string& key) {
  auto windows = windows_.Lock();
  const auto found = windows->find(key);
  if (found != windows->end()) --found->second.attempts;
}

// In both, a counter that is lost in Redis ends with its window.
void SignInThrottle::Succeeded(const Who& who) {
  const std::string account = AccountKey(who.account);
  const std::string address = AddressKey(who.address);
  windows_.Lock()->erase(account);
  TakeBackInMemory(address);
  static_cast<void>(redis_.Pipeline({{"DEL", account}, {"DECR", address}}).ok());
}

void SignInThrottle::Unjudged(const Who& who) {
  const std::string account = AccountKey(who.account);
  const std::string address = AddressKey(who.address);
  TakeBackInMemory(account);
  TakeBackInMemory(address);
  static_cast<void>(redis_.Pipeline({{"DECR", account}, {"DECR", address}}).ok());
}

}  // namespace yundisk::disk
