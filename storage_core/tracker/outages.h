// Which storages are taken out of what clients are offered, and when they come back.
//
//   offered --- bad by the rules of health.h ---> out --- a probe succeeds ---> offered
//                                                 | ^
//                                                 +-+ a probe fails: the pause before the next
//                                                 doubles
//
// The last storage of a group that is offered is never taken out. The pause begins at kFirstPause,
// doubles up to kLongestPause, and begins anew after the storage was well for kLongestPause.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "storage_core/tracker/health.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// Bound to the registry's loop.
class Outages final : public RegistryListener {
 public:
  static constexpr std::chrono::seconds kFirstPause{1};
  static constexpr std::chrono::seconds kLongestPause{60};

  // All but the rules are borrowed. The registry must not change any more when this is destroyed.
  Outages(HealthRules rules, Registry& registry, const Clock& clock)
      : health_(rules, clock), registry_(&registry), clock_(&clock) {
    registry.AddListener(*this);
  }
  Outages(const Outages&) = delete;
  Outages& operator=(const Outages&) = delete;

  // Nothing is kept of a storage that is no member any more.
  void OnChange(const NodeName& name, RegistryChange change) override;

  // Calls of a client, which reports from `client`, to the storage of `group` at `address`. What is
  // told of a storage nobody knows is not counted.
  struct Calls {
    std::string_view group;
    std::string_view address;
    std::string_view client;
    wire::CallOutcome outcome;
    std::uint32_t count;
  };
  void Report(const Calls& calls);

  struct Probe {
    NodeName name;
    std::string address;
  };
  // The storages to probe now; each must be answered with Probed.
  std::vector<Probe> Due();
  void Probed(const NodeName& name, bool well);

 private:
  struct Outage {
    std::chrono::seconds pause{0};
    SteadyTime next_probe{};  // while it is out
    SteadyTime back_since{};  // while it is not
    bool out = false;
    bool probing = false;
  };

  // Others of its group are offered.
  bool MayGo(const NodeName& name) const;
  void TakeOut(const NodeName& name);

  Health health_;
  Registry* registry_;
  const Clock* clock_;
  std::map<NodeName, Outage> outages_;
};

}  // namespace yundisk::tracker
