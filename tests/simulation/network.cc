#include "tests/simulation/network.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "storage_core/storage/one_shot.h"

namespace yundisk::simulation {

using boost::asio::awaitable;

namespace {

constexpr std::chrono::microseconds kLatency{300};
constexpr std::chrono::milliseconds kHeldBack{20};  // how often what is cut looks again
constexpr std::chrono::microseconds kInTurn{100};
constexpr std::size_t kWindowBytes = std::size_t{256} << 10;  // unread, before a writer waits

}  // namespace

// One direction of a connection.
struct Lane {
  std::deque<std::byte> bytes;  // arrived, not yet read
  std::size_t on_the_way = 0;
  std::uint64_t writes_sent = 0;
  std::uint64_t writes_arrived = 0;
  bool ended = false;                        // by the writer, behind what arrived
  storage::OneShot<bool>* reader = nullptr;  // waits for something to change
};

// A connection: both lanes, and what both ends share.
struct Link {
  std::string from;
  std::string to;
  std::array<Lane, 2> lanes;  // 0: from the dialing side
  bool broken = false;

  void Wake(Lane& lane) {
    if (lane.reader != nullptr) std::exchange(lane.reader, nullptr)->Set(true);
  }
  void Break() {
    broken = true;
    for (Lane& lane : lanes) Wake(lane);
  }
};

class SimulatedStream final : public net::Stream {
 public:
  SimulatedStream(SimulatedNetwork& network, std::shared_ptr<Link> link, bool dialed)
      : network_(network),
        link_(std::move(link)),
        out_(dialed ? 0 : 1),
        peer_(dialed ? link_->to : link_->from),
        local_(dialed ? link_->from : link_->to) {}
  ~SimulatedStream() override { Close(); }

  net::Task<Result<std::size_t>> ReadSome(MutableByteView buffer) override {
    // The stream may be closed, and gone, while this waits.
    const std::shared_ptr<Link> link = link_;
    Lane& lane = link->lanes[1 - out_];
    while (true) {
      if (Overdue()) co_return TimedOut();
      if (link->broken) co_return Broken();
      if (!lane.bytes.empty()) break;
      if (lane.ended && lane.on_the_way == 0) co_return std::size_t{0};
      co_await WaitForChange(lane);
    }
    const std::size_t most = std::min(buffer.size(), lane.bytes.size());
    const std::size_t count = network_.random_.OneIn(8) ? 1 + network_.random_.Below(most) : most;
    std::copy_n(lane.bytes.begin(), count, buffer.begin());
    lane.bytes.erase(lane.bytes.begin(), lane.bytes.begin() + static_cast<std::ptrdiff_t>(count));
    co_return count;
  }

  net::Task<Result<void>> Write(std::span<const ByteView> parts) override {
    const std::shared_ptr<Link> link = link_;
    Lane& lane = link->lanes[out_];
    Bytes bytes;
    for (const ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    while (lane.bytes.size() + lane.on_the_way > kWindowBytes && !link->broken) {
      if (Overdue()) co_return TimedOut();
      co_await network_.scheduler_.Sleep(std::chrono::milliseconds(1));
    }
    if (link->broken || lane.ended) co_return Broken();
    lane.on_the_way += bytes.size();
    boost::asio::co_spawn(network_.scheduler_.executor(),
                          Carry(network_, link, out_, lane.writes_sent++, std::move(bytes)),
                          boost::asio::detached);
    co_return Result<void>();
  }

  net::Task<Result<void>> SendFile(ByteView, net::FileRange) override {
    co_return Error(Code::kInternal, "the simulated disk has no descriptors");
  }

  void SetDeadline(SteadyTime deadline) override { deadline_ = deadline; }
  void ShutdownWrite() override {
    link_->lanes[out_].ended = true;
    link_->Wake(link_->lanes[out_]);
  }
  void Close() override { link_->Break(); }
  std::string_view peer() const override { return peer_; }
  std::string_view local() const override { return local_; }

 private:
  // Brings the bytes over, behind those before them.
  static awaitable<void> Carry(SimulatedNetwork& network, std::shared_ptr<Link> link,
                               std::size_t lane_number, std::uint64_t write_number, Bytes bytes) {
    Lane& lane = link->lanes[lane_number];
    co_await network.scheduler_.Sleep(kLatency);
    while (network.IsCut(link->from, link->to) && !link->broken)
      co_await network.scheduler_.Sleep(kHeldBack);
    while (lane.writes_arrived != write_number) co_await network.scheduler_.Sleep(kInTurn);
    ++lane.writes_arrived;
    lane.on_the_way -= bytes.size();
    if (link->broken) co_return;
    lane.bytes.insert(lane.bytes.end(), bytes.begin(), bytes.end());
    link->Wake(lane);
  }

  awaitable<void> WaitForChange(Lane& lane) {
    storage::OneShot<bool> changed;
    lane.reader = &changed;
    if (deadline_ != net::kNever)
      boost::asio::co_spawn(network_.scheduler_.executor(),
                            WakeAt(network_, link_, 1 - out_, deadline_), boost::asio::detached);
    static_cast<void>(co_await changed.Wait());
  }
  static awaitable<void> WakeAt(SimulatedNetwork& network, std::shared_ptr<Link> link,
                                std::size_t number, SteadyTime at) {
    const auto left = at - network.clock_.Steady();
    co_await network.scheduler_.Sleep(std::max(left, SteadyTime::duration::zero()));
    link->Wake(link->lanes[number]);
  }

  bool Overdue() const { return network_.clock_.Steady() >= deadline_; }
  Error TimedOut() {
    link_->Break();
    return Error::Make(Code::kTimeout, "{} does not answer", peer_);
  }
  Error Broken() const { return Error::Make(Code::kUnavailable, "{} is gone", peer_); }

  SimulatedNetwork& network_;
  std::shared_ptr<Link> link_;
  const std::size_t out_;
  const std::string peer_;
  const std::string local_;
  SteadyTime deadline_ = net::kNever;
};

class SimulatedDialer final : public net::Dialer {
 public:
  SimulatedDialer(SimulatedNetwork& network, std::string machine)
      : network_(network), machine_(std::move(machine)) {}
  net::Task<Result<std::unique_ptr<net::Stream>>> Connect(
      std::string_view address, std::chrono::milliseconds timeout) override {
    return network_.Connect(machine_, std::string(address), timeout);
  }

 private:
  SimulatedNetwork& network_;
  const std::string machine_;
};

void SimulatedNetwork::Up(const std::string& machine, Accept accept) {
  machines_[machine] = std::move(accept);
}

void SimulatedNetwork::Down(const std::string& machine) {
  machines_.erase(machine);
  for (const auto& weak : links_)
    if (const auto link = weak.lock(); link && (link->from == machine || link->to == machine))
      link->Break();
  std::erase_if(links_, [](const auto& weak) { return weak.expired(); });
}

void SimulatedNetwork::HealAll() { cuts_.clear(); }

std::unique_ptr<net::Dialer> SimulatedNetwork::DialerOf(const std::string& machine) {
  return std::make_unique<SimulatedDialer>(*this, machine);
}

net::Task<Result<std::unique_ptr<net::Stream>>> SimulatedNetwork::Connect(
    std::string from, std::string to, std::chrono::milliseconds timeout) {
  using Connected = Result<std::unique_ptr<net::Stream>>;
  const SteadyTime until = clock_.Steady() + timeout;
  co_await scheduler_.Sleep(kLatency);
  while (IsCut(from, to)) {
    if (clock_.Steady() >= until)
      co_return Connected(Error::Make(Code::kTimeout, "connecting to {}: no answer", to));
    co_await scheduler_.Sleep(kHeldBack);
  }
  const auto machine = machines_.find(to);
  if (machine == machines_.end())
    co_return Connected(Error::Make(Code::kUnavailable, "connecting to {}: refused", to));
  auto link = std::make_shared<Link>();
  link->from = from;
  link->to = to;
  links_.push_back(link);
  const Accept accept = machine->second;
  accept(std::make_unique<SimulatedStream>(*this, link, false));
  co_return Connected(std::make_unique<SimulatedStream>(*this, link, true));
}

}  // namespace yundisk::simulation
