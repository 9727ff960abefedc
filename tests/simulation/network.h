// A network in memory: connections between simulated machines that take time, break with their
// machines, and stand still while machines cannot reach each other.
//
// What is written arrives whole and in order or not at all, as TCP promises; how long it takes and
// in which pieces is chance. A cut between two machines holds everything back: nothing is told to
// either side until the cut heals or a deadline passes, which is what a real network does.
//
// One thread, that of the scheduler.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/net/stream.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

class SimulatedStream;

class SimulatedNetwork {
 public:
  using Accept = std::function<void(std::unique_ptr<net::Stream>)>;

  // All outlive the network.
  SimulatedNetwork(Scheduler& scheduler, const VirtualClock& clock, SeededRandom& random)
      : scheduler_(scheduler), clock_(clock), random_(random) {}

  // `machine` serves its address from now on; Down ends that and all its connections.
  void Up(const std::string& machine, Accept accept);
  void Down(const std::string& machine);
  void Cut(const std::string& one, const std::string& other) { cuts_.insert(Pair(one, other)); }
  void HealAll();

  // The dialer of a machine; addresses are machines' names.
  std::unique_ptr<net::Dialer> DialerOf(const std::string& machine);

 private:
  friend class SimulatedStream;
  friend class SimulatedDialer;
  using Ends = std::pair<std::string, std::string>;

  static Ends Pair(const std::string& one, const std::string& other) {
    return std::minmax(one, other);
  }
  bool IsCut(const std::string& one, const std::string& other) const {
    return cuts_.contains(Pair(one, other));
  }
  net::Task<Result<std::unique_ptr<net::Stream>>> Connect(std::string from, std::string to,
                                                          std::chrono::milliseconds timeout);

  Scheduler& scheduler_;
  const VirtualClock& clock_;
  SeededRandom& random_;
  std::map<std::string, Accept> machines_;
  std::set<Ends> cuts_;
  std::vector<std::weak_ptr<struct Link>> links_;
};

// Waits as long as it is told.
class SimulatedTimer final : public net::Timer {
 public:
  explicit SimulatedTimer(Scheduler& scheduler) : scheduler_(scheduler) {}
  net::Task<void> Sleep(std::chrono::nanoseconds duration) override {
    return scheduler_.Sleep(duration);
  }

 private:
  Scheduler& scheduler_;
};

}  // namespace yundisk::simulation
