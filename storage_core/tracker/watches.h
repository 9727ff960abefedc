// The watchers of command 15: each waits until something changes that it wants to know, or its time
// is up. A waiter costs a list entry; one sweep looks after the time of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>

#include "common/base/clock.h"
#include "common/net/task.h"
#include "storage_core/tracker/registry.h"

namespace yundisk::tracker {

// Bound to the registry's loop.
class Watches final : public RegistryListener {
 public:
  // Both are borrowed; registers itself with the registry.
  Watches(Registry& registry, const Clock& clock);

  // Returns once the version of `group` (empty: of everything) is another than `known`, after
  // wire::kWatchWait, or when Close is called.
  net::Task<void> Wait(const std::string& group, std::uint64_t known);

  // Ends the waits whose time is up. Call it a few times a second.
  void Sweep();
  // Ends all waits; later ones end at once. For a server that stops.
  void Close();

  std::size_t waiting() const;

  void OnChange(const NodeName& name, RegistryChange change) override;

 private:
  struct Waiter {
    SteadyTime until;
    boost::asio::any_io_executor home;
    boost::asio::any_completion_handler<void()> resume;
  };
  using Waiters = std::list<Waiter>;  // in the order of their times

  net::Task<void> Park(Waiters& waiters);
  static void Resume(Waiters& waiters, Waiters::iterator end);
  void ResumeAll(std::string_view group);

  Registry* registry_;
  const Clock* clock_;
  bool closed_ = false;
  std::map<std::string, Waiters, std::less<>> waiting_;  // by group; "" for everything
};

}  // namespace yundisk::tracker
