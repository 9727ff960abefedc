// A network in memory: connections and packets between simulated machines that take time, break
// with their machines, and stand still while machines cannot reach each other.
//
// What is written to a connection arrives whole and in order or not at all, as TCP promises; how
// long it takes and in which pieces is chance. A cut between two machines, or in one direction
// only, holds everything back: nothing is told to the other side until the cut heals or a deadline
// passes, which is what a real network does. A machine that loses its power says nothing either.
// Packets (UDP) are lost, repeated and overtake each other.
//
// An address is "machine:port" or the machine's name alone. One thread, that of the scheduler.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/net/stream.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

struct Link;

std::string MachineOf(std::string_view address);

class SimulatedNetwork {
 public:
  using Accept = std::function<void(std::unique_ptr<net::Stream>)>;
  using OnPacket = std::function<void(Bytes packet, const std::string& from)>;
  enum class End { kTold, kSilent };  // whether the kernel of what ends tells the others

  // All outlive the network.
  SimulatedNetwork(Scheduler& scheduler, const VirtualClock& clock, SeededRandom& random)
      : scheduler_(scheduler), clock_(clock), random_(random) {}

  // The address is served from now on; Down ends that for all of a machine's, and its connections.
  void Up(const std::string& address, Accept accept);
  void Down(const std::string& machine, End end = End::kTold);

  // Packets to the address are taken from now on, until Down or Deaf.
  void Hear(const std::string& address, OnPacket on_packet);
  void Deaf(const std::string& address) { ports_.erase(address); }
  void Send(const std::string& from, const std::string& to, ByteView packet);
  // One packet in so many is lost; as many are repeated. 0: none.
  void SetPacketTrouble(std::uint64_t one_in) { packet_trouble_ = one_in; }

  void Cut(const std::string& one, const std::string& other);
  void CutOneWay(const std::string& from, const std::string& to) { cuts_.insert({from, to}); }
  bool IsCut(const std::string& from, const std::string& to) const {
    return !cuts_.empty() && cuts_.contains({from, to});
  }
  // What they send each other takes long.
  void Slow(const std::string& one, const std::string& other) { slow_.insert(Pair(one, other)); }
  // Some of the next pieces that arrive break their connection instead, and as many of those in the
  // middle of something large.
  void BreakSome(std::uint64_t count) {
    to_break_ += count;
    to_break_within_ += count;
  }
  void HealAll();

  // The dialer of a machine's process, and of `life` while that lasts.
  std::unique_ptr<net::Dialer> DialerOf(const std::string& machine, const Life& life = kForEver);

  struct Troubles {
    std::uint64_t broken = 0;
    std::uint64_t lost = 0;
    std::uint64_t repeated = 0;
  };
  const Troubles& troubles() const { return troubles_; }

  // The longest that anything takes without a cut.
  static constexpr std::chrono::milliseconds kLongestDelay{700};

 private:
  friend class SimulatedStream;
  friend class SimulatedDialer;
  using Ends = std::pair<std::string, std::string>;

  static Ends Pair(const std::string& one, const std::string& other) {
    return std::minmax(one, other);
  }
  bool IsUp(const std::string& machine) const { return !down_.contains(machine); }
  std::chrono::nanoseconds Latency(const std::string& from, const std::string& to);
  // Brings over what of a lane is due by now.
  void Deliver(const std::shared_ptr<Link>& link, std::size_t from_end);
  void TellReset(const std::shared_ptr<Link>& link, std::size_t to_end);
  void Arrive(const std::string& from, const std::string& to, const Bytes& packet);
  net::Task<Result<std::unique_ptr<net::Stream>>> Connect(std::string from, std::string to,
                                                          std::chrono::milliseconds timeout,
                                                          Life life);

  Scheduler& scheduler_;
  const VirtualClock& clock_;
  SeededRandom& random_;
  std::map<std::string, Accept> servers_;
  std::map<std::string, OnPacket> ports_;
  std::set<std::string> down_;
  std::set<Ends> cuts_;  // from, to
  std::set<Ends> slow_;
  std::uint64_t packet_trouble_ = 0;
  std::uint64_t to_break_ = 0;
  std::uint64_t to_break_within_ = 0;
  Troubles troubles_;
  std::vector<std::weak_ptr<Link>> links_;
};

// Waits as long as it is told; for ever once `life` has ended.
class SimulatedTimer final : public net::Timer {
 public:
  explicit SimulatedTimer(Scheduler& scheduler, Life life = nullptr)
      : scheduler_(scheduler), life_(std::move(life)) {}
  net::Task<void> Sleep(std::chrono::nanoseconds duration) override {
    return scheduler_.Sleep(duration, life_);
  }

 private:
  Scheduler& scheduler_;
  const Life life_;
};

// Whether nothing waits to be read on a stream of this network and the peer has not ended it.
bool IsQuiet(const net::Stream& stream);

}  // namespace yundisk::simulation
