// The storage's commands (70 to 85) on the server of the wire protocol, over an Engine.
#pragma once

#include <atomic>
#include <cstdint>

#include "common/net/handler.h"
#include "storage_core/storage/engine.h"
#include "storage_core/storage/mender.h"
#include "storage_core/storage/peer_service.h"

namespace yundisk::storage {

// Thread-safe.
class Service final : public net::Handler {
 public:
  // `engine` is for clients, `group` for its other members, `mender` for operators. All outlive the
  // service.
  Service(Engine& engine, Group& group, Mender& mender)
      : engine_(engine), peers_(group), mender_(mender) {}

  net::Task<Result<void>> Handle(net::Request& request, net::Reply& reply) override;

  std::uint32_t in_flight() const { return in_flight_; }
  // Where the objects are served over HTTP as well; told by command 76.
  void set_http_port(std::uint16_t port) { http_port_ = port; }

 private:
  net::Task<Result<void>> Dispatch(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Upload(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Size(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Delete(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Adopt(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Stat(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Copy(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Repair(net::Request& request, net::Reply& reply);
  net::Task<Result<void>> Describe(net::Request& request, net::Reply& reply);

  Engine& engine_;
  PeerService peers_;
  Mender& mender_;
  std::atomic<std::uint32_t> in_flight_{0};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint16_t> http_port_{0};
};

}  // namespace yundisk::storage
