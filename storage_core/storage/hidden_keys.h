// HiddenKeys: uploads of this group that are under way: their content may be on some members' disks
// already, but nobody may see it before it is acknowledged. A key is hidden by one upload at a
// time: others of the same key wait, so that two contents never meet.
//
// Kept in memory only: what is on the disk when a process starts was complete, and is shown.
//
// Thread-safe; waiting belongs to the caller's loop.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/net/stream.h"
#include "storage_core/storage/task.h"

namespace yundisk::storage {

// The upload that hides a key: who coordinates it, and its number there.
struct Uploading {
  std::string coordinator;
  std::uint64_t incarnation = 0;
  std::uint64_t number = 0;
  bool operator==(const Uploading&) const = default;
};

class HiddenKeys {
 public:
  HiddenKeys(const Clock& clock, net::Timer& timer) : clock_(&clock), timer_(&timer) {}

  // False when another upload hides the key. The same one may hide it again.
  bool Hide(const std::string& key, const Uploading& by);
  // Waits until it can; kUnavailable when that takes longer than `at_most`.
  Task<void> HideSoon(std::string key, Uploading by, std::chrono::milliseconds at_most);
  // That upload is over; one that another upload hides stays hidden.
  void Show(const std::string& key, const Uploading& by);
  // By then that upload is over, whatever became of the message that says so.
  void ShowLater(const std::string& key, const Uploading& by, std::chrono::milliseconds after);
  // Quick while nothing is hidden.
  bool Hides(const std::string& key) const;
  // kUnavailable when the key is still hidden after that time.
  Task<void> Await(std::string key, std::chrono::milliseconds at_most);

  // Shows the keys of those coordinators for which `gone` says so, and those whose time has come.
  template <typename Gone>
  void ShowOf(const Gone& gone) {
    const SteadyTime now = clock_->Steady();
    auto keys = keys_.Lock();
    std::erase_if(*keys,
                  [&](const auto& row) { return row.second.until <= now || gone(row.second.by); });
    size_ = keys->size();
  }
  std::size_t size() const { return size_; }

 private:
  struct Row {
    Uploading by;
    SteadyTime until = SteadyTime::max();
  };

  const Clock* clock_;
  net::Timer* timer_;
  mutable Guarded<std::unordered_map<std::string, Row>> keys_;
  std::atomic<std::size_t> size_{0};  // of keys_
};

}  // namespace yundisk::storage
