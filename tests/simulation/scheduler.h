// The time, the chance and the order of events of a simulated machine: one thread, one seed.
//
// Coroutines run on executor(). Whatever takes time there waits in Delay(); the scheduler runs what
// is ready and then lets the clock jump to the next event. The same seed gives the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/net/blocking_pool.h"

namespace yundisk::simulation {

// Spreads every bit of a number over all of them: close seeds give unlike numbers.
std::uint64_t Mixed(std::uint64_t number);

// Costs nothing to make, so that each operation of a world can have one of its own.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(Mixed(seed)) {}

  void Fill(MutableByteView bytes) override;
  // 0 to limit - 1.
  std::uint64_t Below(std::uint64_t limit) { return Step() % limit; }
  bool OneIn(std::uint64_t chances) { return Below(chances) == 0; }

 private:
  std::uint64_t Step() { return Mixed(++state_); }

  std::uint64_t state_;
};

class VirtualClock final : public Clock {
 public:
  WallTime Now() const override;
  SteadyTime Steady() const override { return SteadyTime(elapsed_); }
  void Advance(std::chrono::nanoseconds by) { elapsed_ += by; }
  // The time of day is set anew, as an operator or a time server does.
  void Jump(std::chrono::seconds by) { jumped_ += by; }

 private:
  std::chrono::nanoseconds elapsed_{0};
  std::chrono::seconds jumped_{0};
};

// Of a simulated process: false once it has ended.
using Life = std::shared_ptr<const bool>;
inline const Life kForEver;

class Scheduler final : public net::BlockingRunner {
 public:
  // Both outlive the scheduler.
  Scheduler(VirtualClock& clock, SeededRandom& random) : clock_(clock), random_(random) {}

  boost::asio::io_context::executor_type executor() { return context_.get_executor(); }

  // Resumes after a random time of at most `limit`.
  boost::asio::awaitable<void> Delay(std::chrono::nanoseconds limit);
  // Resumes after that time.
  boost::asio::awaitable<void> Sleep(std::chrono::nanoseconds time) {
    return Sleep(time, kForEver);
  }
  // Never, if `life` has ended by then: the coroutine is destroyed.
  boost::asio::awaitable<void> Sleep(std::chrono::nanoseconds time, const Life& life);
  // Calls after that time.
  using Handler = boost::asio::any_completion_handler<void()>;
  void After(std::chrono::nanoseconds time, Handler handler, const Life& life = kForEver);
  // Runs until nothing is left to do, or `stop` says so after an event.
  void RunUntil(const std::function<bool()>& stop);
  void RunAll();

 private:
  struct Event {
    std::chrono::nanoseconds at;
    std::uint64_t number;
    std::unique_ptr<Handler> handler;  // Boost 1.81 cannot assign one
    Life life;
    bool operator>(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  bool RunNext();
  // Blocking work takes a while and then happens at once.
  boost::asio::awaitable<void> RunCall(BorrowedCall call) override;

  VirtualClock& clock_;
  SeededRandom& random_;
  boost::asio::io_context context_{1};
  std::vector<Event> events_;  // a heap, the next one first
  std::uint64_t events_made_ = 0;
};

}  // namespace yundisk::simulation
