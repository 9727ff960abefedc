#include "storage_core/client/call_reports.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/protocol/udp.h"

namespace yundisk::client {
namespace {

// Storages spoken to; beyond that the memory starts again from none.
constexpr std::size_t kMaxAddresses = 10000;

}  // namespace

wire::CallOutcome OutcomeOf(std::optional<Code> failure, const CallShown& shown,
                            std::chrono::milliseconds slow_after) {
  if (shown.given_up) return wire::CallOutcome::kSlow;
  if (failure == Code::kInternal || (failure == Code::kUnavailable && shown.broken))
    return wire::CallOutcome::kFailed;
  return shown.waited > slow_after ? wire::CallOutcome::kSlow : wire::CallOutcome::kOk;
}

std::uint32_t ReportedLatency(std::chrono::nanoseconds latency) {
  const auto count = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::uint32_t>::max()));
}

CallReports::CallReports(UdpOptions options, const Environment& environment)
    : secret_(options.secret), environment_(environment) {
  state_.Lock()->trackers = std::move(options.trackers);
}

void CallReports::SetTrackers(std::vector<std::string> trackers) {
  auto state = state_.Lock();
  if (state->trackers == trackers) return;
  state->trackers = std::move(trackers);
  state->sockets.clear();
  state->opened = false;
}

void CallReports::Note(const CallEnd& end) {
  const SteadyTime now = environment_.clock.Steady();
  auto state = state_.Lock();
  if (state->runs.size() >= kMaxAddresses) state->runs.clear();
  std::string name(end.group);
  name.append(1, '\n').append(end.address);
  const auto [place, added] = state->runs.try_emplace(std::move(name));
  Run& run = place->second;
  if (added) run.next_report = now + kInterval;
  if (run.outcome != end.outcome) {
    Tell(*state, end, run, now);
    run = {end.outcome, 0, {}, now};  // news: told at once
  }
  if (run.calls < std::numeric_limits<std::uint16_t>::max()) ++run.calls;
  run.longest = std::max(run.longest, end.latency);
  if (now >= run.next_report) Tell(*state, end, run, now);
}

void CallReports::Tell(State& state, const CallEnd& of, Run& run, SteadyTime now) {
  const std::uint16_t calls = std::exchange(run.calls, std::uint16_t{0});
  run.next_report = now + kInterval;
  if (run.outcome == wire::CallOutcome::kFailed) run.next_report = now + kInterval / 10;
  if (calls == 0) return;
  if (now >= state.second_ends) {
    state.second_ends = now + std::chrono::seconds(1);
    state.sent_this_second = 0;
  }
  if (state.sent_this_second++ >= kMaxPerSecond) return;
  const auto group = wire::TextZ<16>::From(of.group);
  const auto address = wire::TextZ<64>::From(of.address);
  if (!group || !address) return;
  if (!std::exchange(state.opened, true)) Open(state);
  const wire::Report report{*group, *address, static_cast<std::uint8_t>(run.outcome), calls,
                            ReportedLatency(std::exchange(run.longest, {}))};
  for (const auto& socket : state.sockets) {
    const wire::UdpHeader header =
        UdpHeaderOf(wire::UdpKind::kReport, environment_.clock, environment_.random);
    (void)socket->Send(
        wire::SealPacket(header, wire::EncodeAlone(report), secret_));  // lost is lost
  }
}

void CallReports::Open(State& state) const {
  for (const std::string& tracker : state.trackers)
    if (auto socket = environment_.network.ConnectUdp(tracker))
      state.sockets.push_back(*std::move(socket));
}

}  // namespace yundisk::client
