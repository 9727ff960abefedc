// The simulated network as blocking callers see it: the client's sockets. Their calls belong to a
// Fiber, which waits while the simulated time goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "storage_core/client/network.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scheduler.h"

namespace yundisk::simulation {

class BlockingNetwork final : public client::Network {
 public:
  // Of that machine. Borrows the others.
  BlockingNetwork(SimulatedNetwork& network, Scheduler& scheduler, const VirtualClock& clock,
                  const std::string& machine);

  Result<std::unique_ptr<client::Socket>> Connect(const std::string& address,
                                                  std::chrono::milliseconds timeout) override;
  Result<std::unique_ptr<client::UdpSocket>> ConnectUdp(const std::string& address) override;

 private:
  SimulatedNetwork& network_;
  Scheduler& scheduler_;
  const VirtualClock& clock_;
  const std::string machine_;
  std::unique_ptr<net::Dialer> dialer_;
  std::uint16_t next_port_ = 1024;
};

}  // namespace yundisk::simulation
