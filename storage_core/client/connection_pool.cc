#include "storage_core/client/connection_pool.h"

#include <utility>

namespace yundisk::client {

std::unique_ptr<Connection> ConnectionPool::TakeKept(const std::string& address) {
  for (;;) {
    std::unique_ptr<Connection> connection;
    {
      auto idle = idle_.Lock();
      auto& kept = (*idle)[address];
      if (kept.empty()) return nullptr;
      connection = std::move(kept.back());
      kept.pop_back();
    }
    if (connection->IsQuiet()) return connection;
  }
}

void ConnectionPool::Keep(const std::string& address, std::unique_ptr<Connection> connection) {
  if (!connection->usable()) return;
  auto idle = idle_.Lock();
  auto& kept = (*idle)[address];
  if (kept.size() < options_.idle_per_address) kept.push_back(std::move(connection));
}

}  // namespace yundisk::client
