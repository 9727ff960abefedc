#include "storage_core/storage/peer_connections.h"

#include <utility>

namespace yundisk::storage {

PeerConnections::Lease::~Lease() {
  if (connection_ == nullptr || connection_->caller.broken()) return;
  connection_->idle_since = from_->clock_->Steady();
  auto& idle = from_->idle_[address_];
  if (idle.size() < kMaxIdle) idle.push_back(std::move(connection_));
}

void PeerConnections::DropUnused() {
  const SteadyTime oldest = clock_->Steady() - kMaxIdleTime;
  for (auto& [address, idle] : idle_)
    std::erase_if(idle, [oldest](const auto& kept) { return kept->idle_since < oldest; });
  std::erase_if(idle_, [](const auto& row) { return row.second.empty(); });
}

Task<std::unique_ptr<PeerConnections::Lease>> PeerConnections::Get(Target target) {
  DropUnused();
  const std::string address = target.member.address;
  auto& idle = idle_[address];
  std::erase_if(idle, [&target](const auto& kept) { return kept->life != target.life; });
  if (!idle.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle.back());
    idle.pop_back();
    co_return std::make_unique<Lease>(*this, address, std::move(connection));
  }
  CO_TRY(auto stream, co_await dialer_->Connect(address, timeouts_.connect));
  net::Stream& borrowed = *stream;
  auto connection = std::make_unique<Connection>(
      Connection{target.life, std::move(stream),
                 net::Caller(borrowed, wire::Service::kStorage, *clock_, timeouts_.call)});
  if (secret_) CO_TRY_VOID(co_await connection->caller.Authenticate(*secret_, *random_));
  co_return std::make_unique<Lease>(*this, address, std::move(connection));
}

}  // namespace yundisk::storage
