// How a storage stays known to its trackers: joins each of them, beats every second, joins again
// when a tracker has forgotten it, and connects again when a connection breaks.
//
//   Joiner joiner(options, dialer, timer, clock, random);
//   for (const std::string& tracker : trackers) loop.Spawn(joiner.Run(tracker));
//
// Give it a Loop of its own: a beat must not wait behind a busy disk. Run never returns; it ends
// with its loop, which must therefore die before the joiner does.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/caller.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"

namespace yundisk::client {

struct JoinerOptions {
  wire::Join join;  // who we are; join_time_s 0: never joined before
  std::optional<wire::Secret> secret;
  std::chrono::milliseconds beat_interval{1000};
  std::chrono::milliseconds call_timeout{1000};  // also for connecting
  // Asked before every beat, on the joiner's loop; must not block. Empty: beats carry nothing.
  std::function<wire::BeatStatistics()> statistics;
  // Told the lines of command 19, by every tracker now and then, on the joiner's loop; must not
  // block. Empty: nobody is asked.
  std::function<void(std::string_view lines)> on_services;
  // Asked when a tracker breaks off: whether to try it again. Empty: always.
  std::function<bool(const std::string& tracker)> is_known;
  // Told the time of the first join of the node's life, so that it can be kept. May be empty.
  std::function<void(std::uint64_t join_time_s)> on_first_join;
};

// Bound to one loop. Borrows all but the options.
class Joiner {
 public:
  Joiner(JoinerOptions options, net::Dialer& dialer, net::Timer& timer, const Clock& clock,
         Random& random);

  // For ever, or until the tracker breaks off and is not known any more.
  net::Task<void> Run(std::string tracker);

 private:
  // One connection, until it breaks.
  net::Task<Result<void>> Attend(const std::string& tracker);
  net::Task<Result<void>> JoinOnce(net::Caller& caller, const std::string& tracker);
  net::Task<Result<void>> Beat(net::Caller& caller);
  net::Task<Result<void>> AskForServices(net::Caller& caller);

  JoinerOptions options_;
  net::Dialer* dialer_;
  net::Timer* timer_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace yundisk::client
