// Tells the trackers over UDP how calls to storages end, so that a failing or slow one is no longer
// offered. Costs a call a lock and a clock; packets go out rarely, and nobody waits for them:
// calls that end alike, one after the other, are told together, the first failure at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/base/guarded.h"
#include "common/protocol/messages.h"
#include "storage_core/client/network.h"
#include "storage_core/client/udp_lookup.h"

namespace yundisk::client {

// A call to the storage of `group` at `address`.
struct CallEnd {
  std::string_view group;
  std::string_view address;
  wire::CallOutcome outcome;
  std::chrono::nanoseconds latency;
};

// What a call showed of its storage.
struct CallShown {
  bool broken = true;     // the connection is
  bool given_up = false;  // it might have answered, had it been waited for
  std::chrono::nanoseconds waited{0};
};

// How a call ended, as trackers are told: a refusal is an answer; a storage that says it is broken,
// or says nothing, has failed. `failure`: none when the call succeeded.
wire::CallOutcome OutcomeOf(std::optional<Code> failure, const CallShown& shown,
                            std::chrono::milliseconds slow_after);

// In microseconds, as a report carries it.
std::uint32_t ReportedLatency(std::chrono::nanoseconds latency);

// Thread-safe.
class CallReports {
 public:
  // Between two reports of one address that say the same.
  static constexpr std::chrono::milliseconds kInterval{1000};
  // Packets a second to each tracker; what is beyond is not told.
  static constexpr std::uint32_t kMaxPerSecond = 100;

  // Of the options only trackers and secret count. What the environment has is borrowed.
  CallReports(UdpOptions options, const Environment& environment);

  void Note(const CallEnd& end);
  // From now on these are told.
  void SetTrackers(std::vector<std::string> trackers);

 private:
  // Calls that ended alike and are not told yet.
  struct Run {
    wire::CallOutcome outcome = wire::CallOutcome::kOk;
    std::uint16_t calls = 0;
    std::chrono::nanoseconds longest{0};
    SteadyTime next_report{};
  };
  struct State {
    std::map<std::string, Run, std::less<>> runs;  // by group and address
    std::vector<std::string> trackers;
    std::vector<std::unique_ptr<UdpSocket>> sockets;  // opened with the first report
    bool opened = false;
    SteadyTime second_ends{};
    std::uint32_t sent_this_second = 0;
  };

  void Tell(State& state, const CallEnd& of, Run& run, SteadyTime now);
  void Open(State& state) const;

  const std::optional<wire::Secret> secret_;
  const Environment environment_;
  Guarded<State> state_;
};

}  // namespace yundisk::client
