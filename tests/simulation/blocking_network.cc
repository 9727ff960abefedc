#include "tests/simulation/blocking_network.h"

#include <deque>
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/fiber.h"

namespace yundisk::simulation {
namespace {

Error Unavailable(const Error& error) { return {Code::kUnavailable, error.message()}; }

class SimulatedSocket final : public client::Socket {
 public:
  SimulatedSocket(std::unique_ptr<net::Stream> stream, Scheduler& scheduler,
                  const VirtualClock& clock)
      : stream_(std::move(stream)), scheduler_(scheduler), clock_(clock) {}

  Result<Sent> Send(std::span<const ByteView> parts, std::chrono::milliseconds timeout) override {
    stream_->SetDeadline(clock_.Steady() + timeout);
    const Result<void> sent = Await(scheduler_, stream_->Write(parts));
    if (sent) return Sent::kAll;
    // A reset: the reply may still wait to be read.
    if (sent.error().code() == Code::kUnavailable) return Sent::kInterrupted;
    return Unavailable(sent.error());
  }

  Result<std::size_t> ReceiveSome(MutableByteView buffer,
                                  std::chrono::milliseconds timeout) override {
    stream_->SetDeadline(clock_.Steady() + timeout);
    const Result<std::size_t> got = Await(scheduler_, stream_->ReadSome(buffer));
    if (!got) return Unavailable(got.error());
    if (*got == 0) return Error(Code::kUnavailable, "receiving: the connection was closed");
    return got;
  }

  bool IsQuiet() const override { return simulation::IsQuiet(*stream_); }

 private:
  std::unique_ptr<net::Stream> stream_;
  Scheduler& scheduler_;
  const VirtualClock& clock_;
};

class SimulatedUdpSocket final : public client::UdpSocket {
 public:
  SimulatedUdpSocket(SimulatedNetwork& network, Scheduler& scheduler, std::string own,
                     std::string peer)
      : network_(network), scheduler_(scheduler), own_(std::move(own)), peer_(std::move(peer)) {
    network_.Hear(own_, [inbox = inbox_, peer = peer_](Bytes packet, const std::string& from) {
      if (from == peer) inbox->push_back(std::move(packet));
    });
  }
  ~SimulatedUdpSocket() override { network_.Deaf(own_); }

  Result<void> Send(ByteView packet) override {
    network_.Send(own_, peer_, packet);
    return {};
  }

  Result<Bytes> Receive(std::chrono::nanoseconds timeout) override {
    constexpr std::chrono::milliseconds kStep{5};
    for (; inbox_->empty() && timeout.count() > 0; timeout -= kStep) Pause(scheduler_, kStep);
    if (inbox_->empty()) return Error(Code::kUnavailable, "receiving: no answer in time");
    Bytes packet = std::move(inbox_->front());
    inbox_->pop_front();
    return packet;
  }

 private:
  SimulatedNetwork& network_;
  Scheduler& scheduler_;
  const std::string own_;
  const std::string peer_;
  const std::shared_ptr<std::deque<Bytes>> inbox_ = std::make_shared<std::deque<Bytes>>();
};

}  // namespace

BlockingNetwork::BlockingNetwork(SimulatedNetwork& network, Scheduler& scheduler,
                                 const VirtualClock& clock, const std::string& machine)
    : network_(network),
      scheduler_(scheduler),
      clock_(clock),
      machine_(machine),
      dialer_(network.DialerOf(machine)) {}

Result<std::unique_ptr<client::Socket>> BlockingNetwork::Connect(
    const std::string& address, std::chrono::milliseconds timeout) {
  auto stream = Await(scheduler_, dialer_->Connect(address, timeout));
  if (!stream) return Unavailable(stream.error());
  return std::unique_ptr<client::Socket>(
      std::make_unique<SimulatedSocket>(*std::move(stream), scheduler_, clock_));
}

Result<std::unique_ptr<client::UdpSocket>> BlockingNetwork::ConnectUdp(const std::string& address) {
  std::string own = fmt::format("{}:{}", machine_, next_port_++);
  return std::unique_ptr<client::UdpSocket>(
      std::make_unique<SimulatedUdpSocket>(network_, scheduler_, std::move(own), address));
}

}  // namespace yundisk::simulation
