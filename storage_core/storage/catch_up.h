// CatchUp: keeps this storage in step with the other members of its group. It reads their logs,
// all the time and from where it stopped, and brings here what it lacks: objects, deletions, and
// anew what was found damaged. The same polls are the sign of life between members.
//
// Nothing is ever overwritten by what a member has: a deletion is final, an object here stays, what
// is damaged is replaced by the same content only.
//
// Bound to one loop.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage_core/storage/group.h"
#include "storage_core/storage/peer_connections.h"
#include "storage_core/storage/peer_positions.h"

namespace yundisk::storage {

struct CatchUpOptions {
  std::chrono::milliseconds poll_interval{300};
  std::size_t changes_at_once = 2000;
  std::size_t pulls_at_once = 16;
  std::chrono::milliseconds save_interval{5000};
  // For what could not be brought; longer and longer while nothing can be, up to the second.
  std::chrono::milliseconds retry_interval{3000};
  std::chrono::milliseconds longest_retry_interval{30'000};
  // So many in a row that cannot be brought end a round: the rest would hardly fare better.
  std::size_t failures_at_once = 16;
};

class CatchUp {
 public:
  // All outlive this, and this the loop's coroutines.
  CatchUp(Group& group, PeerConnections& connections, PeerPositions& positions,
          CatchUpOptions options)
      : group_(group), connections_(connections), positions_(positions), options_(options) {}

  // Until Stop.
  boost::asio::awaitable<void> Run();
  // Makes Run end soon. Any thread.
  void RequestStop() { stopping_ = true; }
  bool ended() const { return ended_; }
  // The same, and waits for it. From another thread, once, after Run was started.
  void Stop();

  // Reads some of the member's log, from `position` on, which it moves, and brings here what is
  // missing, whatever was read before. True when there is more. On the loop of Run.
  Task<bool> Compare(const Target& target, PeerPosition& position);

 private:
  struct Pulls;
  // Rows of a member's log that could not be applied yet: until they are, it is kept on the disk as
  // read up to before them.
  struct Postponed {
    PeerPosition before;
    std::vector<std::string> keys;
  };

  boost::asio::awaitable<void> Follow(std::string name);
  // One poll; true when there is more to read at once.
  Task<bool> Poll(const Target& target);
  Task<wire::ChangesRead> Ask(const Target& target, const wire::Changes& ask);
  // The keys that are still wanted then.
  // `polling`: what to go on polling with meanwhile, if at all.
  Task<std::vector<std::string>> Apply(const Target& target,
                                       const std::vector<wire::ChangeRow>& rows,
                                       const wire::Changes* polling);
  boost::asio::awaitable<void> KeepPolling(std::shared_ptr<Pulls> pulls, wire::Changes ask);
  boost::asio::awaitable<void> ApplySome(Pulls& pulls);
  boost::asio::awaitable<void> ApplyRow(Pulls& pulls, const wire::ChangeRow& row);
  Task<void> ApplyTo(const Target& target, const wire::ChangeRow& row, const ObjectKey& key);
  Task<void> BuryAtLast(const ObjectKey& key);
  // Keeps how far the members were read, at most every save_interval.
  boost::asio::awaitable<void> SaveSometimes();
  boost::asio::awaitable<void> Save();
  // What was found missing or damaged.
  boost::asio::awaitable<void> KeepBringing();
  boost::asio::awaitable<void> BringWanted();
  void FollowNewMembers();

  Group& group_;
  PeerConnections& connections_;
  PeerPositions& positions_;
  const CatchUpOptions options_;
  boost::asio::any_io_executor executor_;
  std::set<std::string> followed_;
  bool bringing_ = false;
  std::map<std::string, std::vector<Postponed>> postponed_;  // by member
  std::vector<std::string> failed_;  // wanted, and not to be had at the last try
  SteadyTime retry_at_{};
  std::chrono::milliseconds retry_after_{options_.retry_interval};
  SteadyTime saved_at_{};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace yundisk::storage
