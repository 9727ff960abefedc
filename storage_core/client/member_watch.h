// How a daemon knows the members of a group: it watches them through its trackers (command 15), and
// keeps the last list in a file, so that it knows them when it starts while no tracker answers. A
// member that a tracker does not name stays one, for the tracker may have forgotten it (its table
// was restored from an older backup); it goes when a tracker says that an operator has removed it.
//
//   MemberWatch watch(options, dialer, timer, clock, random);
//   loop.Spawn(watch.Run());
//
// One tracker at a time is asked; the next one when it fails. Run never returns; it ends with its
// loop, which must therefore die before the watch does.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/stream.h"
#include "common/net/task.h"
#include "common/protocol/authentication.h"
#include "common/protocol/messages.h"
#include "storage_core/client/member_list.h"

namespace yundisk::client {

struct MemberWatchOptions {
  // Asked again after each failure: there may be new ones. Never empty.
  std::function<std::vector<std::string>()> trackers;
  wire::OptionalTextZ<16> group;
  std::optional<wire::Secret> secret;
  MemberList known;  // before the first answer
  // Where the list is kept; empty: nowhere. Written on the watch's loop, which waits for the disk
  // then, only when a member, an address or a drain is another. Read it with ReadMembers.
  std::string file;
  // Called on the watch's loop with every list that differs from the one before, the first one of a
  // run included. The group has no member anybody knows of when it is empty. Must not block.
  std::function<void(const MemberList&)> on_change;
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds retry_pause{500};  // after a failure, before the next tracker
};

// Bound to one loop. Borrows all but the options.
class MemberWatch {
 public:
  MemberWatch(MemberWatchOptions options, net::Dialer& dialer, net::Timer& timer,
              const Clock& clock, Random& random);

  net::Task<void> Run();

 private:
  // One connection, until it fails.
  net::Task<Result<void>> Follow(const std::string& tracker);
  Result<void> Take(const wire::Watched& watched);
  // Adds those that the tracker does not know and that were not removed either.
  void AddForgotten(MemberList& members, const std::vector<std::string>& removed) const;
  void Keep(const MemberList& members);

  MemberWatchOptions options_;
  net::Dialer* dialer_;
  net::Timer* timer_;
  const Clock* clock_;
  Random* random_;
  std::optional<MemberList> told_;  // by on_change
  std::optional<MemberList> kept_;  // in the file, states aside
};

}  // namespace yundisk::client
