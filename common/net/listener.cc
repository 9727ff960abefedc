#include "common/net/listener.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/log.h"
#include "common/net/tcp.h"
#include "common/protocol/address.h"

namespace yundisk::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto kResume = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr int kBacklog = 1024;
// After an accept that failed for want of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptPause{100};

Result<tcp::endpoint> ListenEndpoint(const ListenerOptions& options) {
  TRY(const wire::HostPort address, wire::ParseHostPort(options.listen));
  if (options.loopback_only && !wire::IsLoopback(address.host))
    return Error::Make(Code::kBadRequest,
                       "listen {}: without a cluster secret only loopback addresses are served",
                       options.listen);
  error_code error;
  const std::string number = address.host == "localhost" ? "127.0.0.1" : address.host;
  const auto ip = boost::asio::ip::make_address(number, error);
  if (error)
    return Error::Make(Code::kBadRequest, "listen {}: the host must be an IP address",
                       options.listen);
  return tcp::endpoint(ip, address.port);
}

Result<void> Listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint,
                    const std::string& listen) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) return Error::Make(Code::kUnavailable, "listen {}: {}", listen, error.message());
  return {};
}

// Runs its action when the scope ends, by an exception too.
template <typename Action>
class OnExit {
 public:
  explicit OnExit(Action action) : action_(std::move(action)) {}
  ~OnExit() { action_(); }
  OnExit(const OnExit&) = delete;
  OnExit& operator=(const OnExit&) = delete;

 private:
  Action action_;
};

}  // namespace

// The connections of one loop; but for the constructor, touched on that loop only.
struct LoopConnections {
  explicit LoopConnections(Loop& on) : loop(on) {}
  Loop& loop;
  std::unordered_set<Session*> alive;
  bool draining = false;
};

struct Listener::State {
  State(LoopPool& pool, ListenerOptions with, MakeSession make)
      : loops(pool),
        options(std::move(with)),
        make_session(std::move(make)),
        acceptor(pool.at(0).context()) {
    for (std::size_t i = 0; i < pool.size(); ++i)
      parts.push_back(std::make_unique<LoopConnections>(pool.at(i)));
  }

  Task<void> Accept();
  Task<void> RunConnection(LoopConnections& part, tcp::socket socket);
  bool MayBegin();
  void Began();
  void Ended();
  // Runs `action` for every connection, on its loop.
  void ForEach(void (Session::*action)());
  // False when the time passed and something still runs.
  bool WaitUntilQuiet(std::chrono::seconds timeout);

  LoopPool& loops;
  const ListenerOptions options;
  const MakeSession make_session;
  tcp::acceptor acceptor;
  std::vector<std::unique_ptr<LoopConnections>> parts;
  std::uint16_t port = 0;
  bool running = false;

  // What of ours has not ended on the loops: the acceptor, one coroutine a connection, and what
  // Stop has posted. They all touch this object, which must outlive them.
  mutable std::mutex mutex;
  std::condition_variable quiet;
  std::size_t active = 0;
};

// Counts one more coroutine, unless there are too many.
bool Listener::State::MayBegin() {
  const std::lock_guard lock(mutex);
  if (active > options.max_connections) return false;  // the acceptor counts as one
  ++active;
  return true;
}

void Listener::State::Began() {
  const std::lock_guard lock(mutex);
  ++active;
}

void Listener::State::Ended() {
  const std::lock_guard lock(mutex);
  if (--active == 0) quiet.notify_all();
}

Task<void> Listener::State::Accept() {
  const OnExit ended([this] { Ended(); });
  LoopTimer timer;
  for (std::size_t next = 0; acceptor.is_open(); next = (next + 1) % parts.size()) {
    LoopConnections& part = *parts[next];
    auto [error, socket] = co_await acceptor.async_accept(part.loop.context(), kResume);
    if (!acceptor.is_open()) break;
    if (error) {
      LogWarning("accept on {}: {}", options.listen, error.message());
      co_await timer.Sleep(kAcceptPause);
      continue;
    }
    if (MayBegin()) part.loop.Spawn(RunConnection(part, std::move(socket)));
  }
}

Task<void> Listener::State::RunConnection(LoopConnections& part, tcp::socket socket) {
  const OnExit ended([this] { Ended(); });
  const auto session = make_session(MakeTcpStream(part.loop, std::move(socket)));
  part.alive.insert(session.get());
  const OnExit forget([&] { part.alive.erase(session.get()); });
  if (part.draining) session->Drain();
  co_await session->Run();
}

void Listener::State::ForEach(void (Session::*action)()) {
  for (const auto& part : parts) {
    Began();
    part->loop.Post([this, &connections = *part, action] {
      const OnExit ended([this] { Ended(); });
      connections.draining = true;
      for (Session* session : connections.alive) (session->*action)();
    });
  }
}

bool Listener::State::WaitUntilQuiet(std::chrono::seconds timeout) {
  std::unique_lock lock(mutex);
  return quiet.wait_for(lock, timeout, [this] { return active == 0; });
}

Listener::Listener(LoopPool& loops, ListenerOptions options, MakeSession make_session)
    : state_(std::make_unique<State>(loops, std::move(options), std::move(make_session))) {}

Listener::~Listener() { Stop(); }

Result<void> Listener::Start() {
  CHECK(!state_->running);
  TRY(const tcp::endpoint endpoint, ListenEndpoint(state_->options));
  TRY_VOID(Listen(state_->acceptor, endpoint, state_->options.listen));
  error_code error;
  state_->port = state_->acceptor.local_endpoint(error).port();
  state_->running = true;
  state_->Began();
  state_->loops.at(0).Spawn(state_->Accept());
  return {};
}

void Listener::Stop() {
  if (!std::exchange(state_->running, false)) return;
  state_->loops.at(0).Post([state = state_.get()] {
    error_code ignored;
    state->acceptor.close(ignored);
  });
  state_->ForEach(&Session::Drain);
  if (state_->WaitUntilQuiet(state_->options.drain_timeout)) return;
  LogWarning("requests still run after {} s: closing their connections",
             state_->options.drain_timeout.count());
  state_->ForEach(&Session::Abort);
  // What still runs now waits for a disk or a database, which have deadlines of their own.
  constexpr std::chrono::seconds kReport{10};
  while (!state_->WaitUntilQuiet(kReport)) LogWarning("waiting for the last requests to end");
}

std::uint16_t Listener::port() const { return state_->port; }

std::size_t Listener::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->active == 0 ? 0 : state_->active - 1;
}

}  // namespace yundisk::net
