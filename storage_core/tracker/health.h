// What clients report of their calls to storages (command 18), and which storages are bad by it.
//
// A storage is bad when, over the last kWindow,
// - more than half of the clients that reported anything of it end in `consecutive_errors` errors
//   in a row, or
// - of at least `min_calls` calls more than `error_percent` failed or were slow. A client's calls
//   weigh as much as `min_calls` at most.
// One client that lies, or cannot reach a storage that others reach, is thus outvoted by others.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "common/base/clock.h"
#include "common/protocol/messages.h"
#include "storage_core/tracker/node.h"

namespace yundisk::tracker {

struct HealthRules {
  std::uint32_t consecutive_errors = 5;
  std::uint32_t min_calls = 20;
  std::uint32_t error_percent = 50;
};

// Calls of one client to one storage that ended alike.
struct CallReport {
  NodeName node;
  std::string client;  // the ip it reports from
  wire::CallOutcome outcome = wire::CallOutcome::kOk;
  std::uint32_t calls = 1;
};

// Bound to one loop.
class Health {
 public:
  static constexpr std::size_t kWindowSlots = 10;
  static constexpr std::chrono::seconds kSlot{1};
  static constexpr std::chrono::seconds kWindow = kSlot * kWindowSlots;
  // Clients remembered of one storage; what more of them report is not counted.
  static constexpr std::size_t kMaxClients = 1000;

  // Borrows the clock.
  Health(HealthRules rules, const Clock& clock) : rules_(rules), clock_(&clock) {}

  void Report(const CallReport& report);
  // The rules above. Cheap enough for every report.
  bool IsBad(const NodeName& node);
  // Begins anew with this storage.
  void Forget(const NodeName& node) { nodes_.erase(node); }

 private:
  struct Slot {
    std::int64_t number = 0;  // which second of the clock
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
  };
  struct Tally {
    std::array<Slot, kWindowSlots> slots;
    std::uint64_t errors_in_a_row = 0;

    Slot Sum(std::int64_t oldest) const;
  };
  using Clients = std::map<std::string, Tally, std::less<>>;

  std::int64_t SlotNow() const;
  // Drops the clients that have been silent for a window.
  static void DropSilent(Clients& clients, std::int64_t oldest);

  const HealthRules rules_;
  const Clock* clock_;
  std::map<NodeName, Clients> nodes_;
};

}  // namespace yundisk::tracker
