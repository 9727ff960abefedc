#include "storage_core/client/joiner.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace yundisk::client {
namespace {

// Services are asked for with the first beat and with each of so many.
constexpr std::uint64_t kBeatsBetweenServices = 5;

}  // namespace

Joiner::Joiner(JoinerOptions options, net::Dialer& dialer, net::Timer& timer, const Clock& clock,
               Random& random)
    : options_(std::move(options)),
      dialer_(&dialer),
      timer_(&timer),
      clock_(&clock),
      random_(&random) {}

net::Task<void> Joiner::Run(std::string tracker) {
  // Says each trouble once, not every second.
  std::string last_trouble;
  do {
    const SteadyTime start = clock_->Steady();
    const Result<void> ended = co_await Attend(tracker);
    const bool was_joined = clock_->Steady() - start > options_.beat_interval;
    if (was_joined || ended.error().message() != last_trouble)
      LogWarning("tracker {}: {}", tracker, ended.error().message());
    last_trouble = ended.error().message();
    co_await timer_->Sleep(options_.beat_interval);
  } while (!options_.is_known || options_.is_known(tracker));
}

net::Task<Result<void>> Joiner::Attend(const std::string& tracker) {
  CO_TRY(const auto stream, co_await dialer_->Connect(tracker, options_.call_timeout));
  net::Caller caller(*stream, wire::Service::kTracker, *clock_, options_.call_timeout);
  if (options_.secret) CO_TRY_VOID(co_await caller.Authenticate(*options_.secret, *random_));
  CO_TRY_VOID(co_await JoinOnce(caller, tracker));
  std::uint64_t beats = 0;
  for (SteadyTime next = clock_->Steady();; next += options_.beat_interval) {
    if (options_.on_services && beats++ % kBeatsBetweenServices == 0) {
      CO_TRY_VOID(co_await AskForServices(caller));
    }
    const SteadyTime now = clock_->Steady();
    next = std::max(next, now - options_.beat_interval);  // no burst after a pause
    if (now < next) co_await timer_->Sleep(next - now);
    const Result<void> beaten = co_await Beat(caller);
    if (beaten) continue;
    if (beaten.error().code() != Code::kUnknownNode || caller.broken()) co_return beaten;
    CO_TRY_VOID(co_await JoinOnce(caller, tracker));
  }
}

net::Task<Result<void>> Joiner::JoinOnce(net::Caller& caller, const std::string& tracker) {
  CO_TRY_VOID(co_await caller.Call(options_.join));
  LogInfo("joined tracker {}", tracker);
  if (options_.join.join_time_s == 0) {
    options_.join.join_time_s = SecondsSince1970(clock_->Now());
    if (options_.on_first_join) options_.on_first_join(options_.join.join_time_s);
  }
  co_return Result<void>();
}

net::Task<Result<void>> Joiner::AskForServices(net::Caller& caller) {
  CO_TRY(const wire::ServiceLines services, co_await caller.Call(wire::Services{}));
  options_.on_services(services.lines.text);
  co_return Result<void>();
}

net::Task<Result<void>> Joiner::Beat(net::Caller& caller) {
  wire::HeartBeat beat{options_.join.group, options_.join.host_name, std::nullopt};
  if (options_.statistics) beat.statistics = options_.statistics();
  CO_TRY_VOID(co_await caller.Call(beat));
  co_return Result<void>();
}

}  // namespace yundisk::client
