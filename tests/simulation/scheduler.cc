#include "tests/simulation/scheduler.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace yundisk::simulation {
namespace {

constexpr std::chrono::microseconds kWorkTime{50};
constexpr std::chrono::seconds kStartOfTime{1'800'000'000};

}  // namespace

std::uint64_t Mixed(std::uint64_t number) {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;  // the golden ratio in 64 bits
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    number += kOdd;
    number ^= number >> 32U;
    number *= kOdd;
  }
  return number ^ number >> 29U;
}

void SeededRandom::Fill(MutableByteView bytes) {
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(Step());
}

WallTime VirtualClock::Now() const {
  return WallTime(
      std::chrono::duration_cast<std::chrono::milliseconds>(kStartOfTime + jumped_ + elapsed_));
}

boost::asio::awaitable<void> Scheduler::Delay(std::chrono::nanoseconds limit) {
  const auto count = static_cast<std::uint64_t>(limit.count());
  const auto time = std::chrono::nanoseconds(static_cast<std::int64_t>(random_.Below(count + 1)));
  co_await Sleep(time);
}

boost::asio::awaitable<void> Scheduler::Sleep(std::chrono::nanoseconds time, const Life& life) {
  const auto start = [this, time, &life](auto handler) { After(time, std::move(handler), life); };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      start, boost::asio::use_awaitable);
}

void Scheduler::After(std::chrono::nanoseconds time, Handler handler, const Life& life) {
  const auto at = clock_.Steady().time_since_epoch() + time;
  events_.push_back({at, events_made_++, std::make_unique<Handler>(std::move(handler)), life});
  std::ranges::push_heap(events_, std::greater<>());
}

boost::asio::awaitable<void> Scheduler::RunCall(BorrowedCall call) {
  co_await Delay(kWorkTime);
  call();
}

bool Scheduler::RunNext() {
  context_.restart();
  context_.poll();
  if (events_.empty()) return false;
  std::ranges::pop_heap(events_, std::greater<>());
  Event event = std::move(events_.back());
  events_.pop_back();
  clock_.Advance(event.at - clock_.Steady().time_since_epoch());
  if (event.life == nullptr || *event.life) std::move (*event.handler)();
  return true;
}

void Scheduler::RunUntil(const std::function<bool()>& stop) {
  while (RunNext())
    if (stop()) return;
}

void Scheduler::RunAll() {
  while (RunNext()) {}
}

}  // namespace yundisk::simulation
