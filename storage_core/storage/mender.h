// Mender: what operators ask of this member: what it has of an object, to read it again, and to
// bring from another member what is missing or damaged here; or all of that with everything it
// holds (commands 77 and 78).
//
// A member finds and mends damage by itself, in time (scrubber.h, catch_up.h). This is the way to
// have it now, by the same means: nothing here is replaced but by the same content, and only once
// that is whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "common/base/guarded.h"
#include "common/protocol/operator_messages.h"
#include "storage_core/storage/catch_up.h"
#include "storage_core/storage/group.h"

namespace yundisk::storage {

// Thread-safe, but for Run.
class Mender {
 public:
  // Both outlive this.
  Mender(Group& group, CatchUp& catch_up) : group_(group), catch_up_(catch_up) {}

  // What this member has of the object, after what was asked for.
  Task<wire::CopyTold> OfOne(const ObjectKey& key, wire::CopyAction action);

  // Of everything: begins where nothing runs, ends what runs; both tell how far it is.
  wire::RepairTold Begin();
  wire::RepairTold End();
  wire::RepairTold Told() const { return *told_.Lock(); }

  // Does what Begin has asked for, until RequestStop. On the loop of `catch_up`, once.
  boost::asio::awaitable<void> Run();
  void RequestStop() { stopping_ = true; }
  // The same, and waits for it. From another thread, after Run was started.
  void Stop();

 private:
  Task<void> MendOne(const ObjectKey& key);
  Task<void> MendAll();
  // Reads every object and deletion here; brings what is damaged.
  Task<void> ReadAll(PeerConnections& connections);
  boost::asio::awaitable<void> ReadOne(PeerConnections& connections, const ObjectList::Row& row);
  // Reads the other members' logs from their beginning; brings what is missing.
  boost::asio::awaitable<void> CompareWithAll();
  Task<void> CompareWith(const Target& target);
  // What could not be brought at once: its source may have been mended meanwhile.
  boost::asio::awaitable<void> TryAgain(PeerConnections& connections);
  bool Ending() const { return ending_ || stopping_; }

  Group& group_;
  CatchUp& catch_up_;
  mutable Guarded<wire::RepairTold> told_;
  std::atomic<std::uint64_t> repairs_{0};
  std::uint64_t brought_before_ = 0;  // of the group, when this repair began
  std::atomic<bool> begun_{false};
  std::atomic<bool> ending_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
};

}  // namespace yundisk::storage
