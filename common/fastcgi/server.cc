#include "common/fastcgi/server.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

#include <fcgiapp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/log.h"
#include "common/fastcgi/exchange.h"
#include "common/fastcgi/request_metrics.h"

namespace yundisk::fcgi {
namespace {

// Interrupts accept(2) in a thread; its handler does nothing.
constexpr int kWakeSignal = SIGUSR2;
constexpr std::chrono::milliseconds kDrainPoll{5};
// libfcgi polls a new connection for 2 s and begins again at each signal, so the pauses between
// signals grow beyond that.
constexpr std::chrono::milliseconds kFirstWakePause{5};
constexpr std::chrono::milliseconds kLongestWakePause{2100};
constexpr int kWakePauseGrowth = 4;

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGUSR1);  // what multiwatch ends its children with
  return set;
}

// One thread and its connection. libfcgi gives a kept-alive connection to a thread for good.
class Worker {
 public:
  Worker(int listen_socket, const Handler& handler, const RequestMetrics& metrics,
         const std::atomic<bool>& stopping)
      : handler_(handler), metrics_(metrics), stopping_(stopping) {
    CHECK(FCGX_InitRequest(&request_, listen_socket, FCGI_FAIL_ACCEPT_ON_INTR) == 0);
    thread_ = std::thread([this] { Run(); });
  }

  bool finished() const { return finished_; }
  void Join() { thread_.join(); }
  // Lets a waiting thread see that it should stop: from accept, or from a connection on which no
  // request has begun. What had arrived before is still read and answered.
  void Wake() {
    if (!waiting_) return;
    const int connection = std::atomic_ref<int>(request_.ipcFd).load();
    if (connection >= 0)
      shutdown(connection, SHUT_RD);
    else
      pthread_kill(thread_.native_handle(), kWakeSignal);
  }

 private:
  void Run() {
    while (!stopping_) {
      waiting_ = true;
      const int accepted = FCGX_Accept_r(&request_);
      waiting_ = false;
      if (accepted == 0) Serve();
    }
    FCGX_Free(&request_, 1);
    finished_ = true;
  }

  void Serve() {
    const auto begin = std::chrono::steady_clock::now();
    const int status = Answer(request_, handler_);
    // The next request may come as soon as this one is finished, so count it before.
    metrics_.Observe(status, std::chrono::steady_clock::now() - begin);
    FCGX_Finish_r(&request_);
  }

  const Handler& handler_;
  const RequestMetrics& metrics_;
  const std::atomic<bool>& stopping_;
  FCGX_Request request_{};
  std::atomic<bool> waiting_{false};
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

bool AllFinished(const Workers& workers) {
  return std::ranges::all_of(workers, [](const auto& worker) { return worker->finished(); });
}

// True when every request in flight ended in time.
bool Drain(const Workers& workers) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + kDrainLimit;
  auto next_wake = steady_clock::now();
  auto pause = kFirstWakePause;
  while (!AllFinished(workers)) {
    const auto now = steady_clock::now();
    if (now > deadline) return false;
    if (now >= next_wake) {
      for (const auto& worker : workers) worker->Wake();
      next_wake = now + pause;
      pause = std::min(pause * kWakePauseGrowth, kLongestWakePause);
    }
    std::this_thread::sleep_for(kDrainPoll);
  }
  for (const auto& worker : workers) worker->Join();
  return true;
}

void WaitForStop() {
  const sigset_t signals = StopSignals();
  int number = 0;
  CHECK(sigwait(&signals, &number) == 0);
  LogInfo("signal {}: finishing", number);
}

}  // namespace

void TakeOverSignals() {
  const sigset_t signals = StopSignals();
  CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<void> Serve(const ServerOptions& options, const Handler& handler,
                   metrics::Registry& registry) {
  if (FCGX_Init() != 0) return Error(Code::kInternal, "libfcgi cannot start");
  struct sigaction wake {};
  wake.sa_handler = [](int) {};
  sigaction(kWakeSignal, &wake, nullptr);
  const RequestMetrics metrics(registry, options.program);
  std::atomic<bool> stopping{false};
  Workers workers;
  for (std::size_t i = 0; i < options.threads; ++i)
    workers.push_back(std::make_unique<Worker>(options.listen_socket, handler, metrics, stopping));
  WaitForStop();
  // Not FCGX_ShutdownPending: with it set, libfcgi 2.4.2 takes a connection that it closed for a
  // new one and goes round for ever. Interrupting accept(2) is enough.
  stopping = true;
  if (Drain(workers)) return {};
  // The threads that still work cannot be ended from outside, and what they use must outlive them.
  LogError("requests were still running after {} s", kDrainLimit.count());
  _exit(1);
}

}  // namespace yundisk::fcgi
