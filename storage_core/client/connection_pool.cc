#include "storage_core/client/connection_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace yundisk::client {

std::vector<Attempt> ConnectionPool::Attempts(const std::vector<std::string>& addresses,
                                              Pace pace) {
  std::vector<Attempt> attempts;
  std::vector<Attempt> avoided;
  {
    const auto daemons = daemons_.Lock();
    const SteadyTime now = SteadyNow();
    for (const std::string& address : addresses) {
      const auto known = daemons->find(address);
      const bool avoid = known != daemons->end() && known->second.avoided_until > now;
      (avoid ? avoided : attempts).push_back({address, options_.timeouts});
    }
  }
  std::ranges::move(avoided, std::back_inserter(attempts));
  for (std::size_t i = 0; i + 1 < attempts.size(); ++i) {
    Timeouts& timeouts = attempts[i].timeouts;
    timeouts.connect = std::min(timeouts.connect, options_.patience);
    attempts[i].another_follows = true;
    if (pace == Pace::kPrompt) timeouts.call = std::min(timeouts.call, options_.patience);
  }
  return attempts;
}

std::unique_ptr<Connection> ConnectionPool::TakeKept(const Attempt& attempt) {
  for (;;) {
    std::unique_ptr<Connection> connection;
    {
      auto daemons = daemons_.Lock();
      auto& idle = (*daemons)[attempt.address].idle;
      if (idle.empty()) return nullptr;
      connection = std::move(idle.back());
      idle.pop_back();
    }
    if (!connection->IsQuiet()) continue;
    connection->Allow(attempt.timeouts.call);
    return connection;
  }
}

void ConnectionPool::Keep(const std::string& address, std::unique_ptr<Connection> connection) {
  if (!connection->usable()) return;
  auto daemons = daemons_.Lock();
  Daemon& daemon = (*daemons)[address];
  daemon.avoided_until = {};
  if (daemon.idle.size() < options_.idle_per_address) daemon.idle.push_back(std::move(connection));
}

bool ConnectionPool::Note(const Attempt& attempt, SteadyTime begun) {
  const SteadyTime now = SteadyNow();
  if (now - begun < std::min(attempt.timeouts.connect, attempt.timeouts.call)) return false;
  (*daemons_.Lock())[attempt.address].avoided_until = now + kAvoidFor;
  return true;
}

}  // namespace yundisk::client
