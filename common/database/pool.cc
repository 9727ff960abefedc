#include <condition_variable>
#include <mutex>

#include "common/base/check.h"
#include "common/base/guarded.h"
#include "common/database/connection.h"
#include "common/database/database.h"

namespace yundisk::db {
namespace {

// The library's global state is set up by its first call, which is not safe from two threads.
void StartLibrary() {
  static std::once_flag once;
  std::call_once(once, [] { CHECK(mysql_library_init(0, nullptr, nullptr) == 0); });
}

}  // namespace

struct Pool::State {
  struct Connections {
    std::vector<std::unique_ptr<Connection>> idle;  // most recently used last
    std::size_t open = 0;                           // idle and leased
  };

  explicit State(Options given) : options(std::move(given)) {}

  Result<std::unique_ptr<Connection>> TakeOrOpen();
  void Forget();

  const Options options;
  Guarded<Connections> connections;
  std::condition_variable changed;
};

// A leased place that turned out to be unusable is free again.
void Pool::State::Forget() {
  --connections.Lock()->open;
  changed.notify_one();
}

Result<std::unique_ptr<Connection>> Pool::State::TakeOrOpen() {
  std::unique_ptr<Connection> taken;
  {
    auto locked = connections.Lock();
    const auto has_room = [&] { return !locked->idle.empty() || locked->open < options.pool_size; };
    if (!changed.wait_for(locked.lock(), options.acquire_timeout, has_room))
      return Error::Make(Code::kUnavailable, "all {} connections to MariaDB are busy",
                         options.pool_size);
    if (locked->idle.empty()) {
      ++locked->open;
    } else {
      taken = std::move(locked->idle.back());
      locked->idle.pop_back();
    }
  }
  if (taken && !taken->WentStale()) return taken;
  auto opened = Connection::Open(options);
  if (!opened) Forget();
  return opened;
}

Pool::Pool(Options options) : state_(std::make_unique<State>(std::move(options))) {
  StartLibrary();
}

Pool::~Pool() {
  auto connections = state_->connections.Lock();
  CHECK(connections->open == connections->idle.size());
}

Result<Pool::Lease> Pool::Acquire() {
  TRY(std::unique_ptr<Connection> connection, state_->TakeOrOpen());
  return Lease(connection.release(), Return{state_.get()});
}

void Pool::Return::operator()(Session* session) const {
  std::unique_ptr<Connection> connection(static_cast<Connection*>(session));
  if (!connection->usable()) {
    connection.reset();
    state->Forget();
    return;
  }
  state->connections.Lock()->idle.push_back(std::move(connection));
  state->changed.notify_one();
}

Result<Transaction> Transaction::Begin(Session& session) {
  TRY_VOID(session.Begin());
  return Transaction(session);
}

Transaction::~Transaction() {
  if (session_ != nullptr) session_->Rollback();
}

Result<void> Transaction::Commit() {
  CHECK(session_ != nullptr);
  return std::exchange(session_, nullptr)->Commit();
}

}  // namespace yundisk::db
