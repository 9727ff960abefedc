// Slows down guessing of passwords: attempts are counted per account and per address in windows of
// kThrottleWindow; a success takes its attempt back. Counted in Redis for all programs, and in
// memory for this one, which alone goes on when Redis is away. The price: somebody who knows a name
// can keep its owner from a new sign-in for a window; sessions that exist are not touched.
//
// Thread-safe; blocks for Redis.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/redis/redis.h"

namespace yundisk::disk {

inline constexpr std::chrono::seconds kThrottleWindow{10 * 60};
inline constexpr std::int64_t kAttemptsPerAccount = 10;
inline constexpr std::int64_t kAttemptsPerAddress = 100;
inline constexpr std::size_t kThrottleEntriesMax = 20'000;  // in memory

class SignInThrottle {
 public:
  struct Who {
    std::string_view account;  // the folded name
    std::string_view address;
  };

  // Both outlive it.
  SignInThrottle(redis::Client& redis, const Clock& clock) : redis_(redis), clock_(clock) {}

  // Counts an attempt before the password is looked at. Empty: go on; else how long to wait.
  std::optional<std::chrono::seconds> Attempt(const Who& who);
  // The attempt was right: the account's count begins anew, the address gets its attempt back.
  void Succeeded(const Who& who);
  // The attempt could not be judged (the database is away): both get it back.
  void Unjudged(const Who& who);

 private:
  struct Count {
    std::int64_t attempts = 0;
    std::chrono::seconds left{0};  // of the window
  };
  struct Window {
    std::int64_t attempts = 0;
    SteadyTime ends;
  };
  using Windows = std::map<std::string, Window, std::less<>>;

  Count CountAttempt(const std::string& key);
  Count CountInMemory(const std::string& key);
  std::optional<Count> CountInRedis(const std::string& key);
  void TakeBackInMemory(const std::string& key);
  void MakeRoom(Windows& windows, SteadyTime now) const;

  redis::Client& redis_;
  const Clock& clock_;
  Guarded<Windows> windows_;
};

}  // namespace yundisk::disk
