#include "tests/simulation/network.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "storage_core/storage/one_shot.h"

namespace yundisk::simulation {
namespace {

constexpr std::chrono::microseconds kLatency{200};
constexpr std::chrono::microseconds kJitter{200};
constexpr std::chrono::milliseconds kHiccup{30};
constexpr std::uint64_t kHiccupChances = 100;
constexpr std::chrono::milliseconds kSlowest{600};
constexpr std::chrono::milliseconds kHeldBack{50};  // how often what is cut looks again
constexpr std::size_t kPieceBytes = 4096;
constexpr std::size_t kWindowBytes = std::size_t{64} << 10;  // unread, before a writer waits
constexpr std::uint64_t kBreakChances = 8;
constexpr std::uint64_t kBreakWithinChances = 2;

struct Piece {
  SteadyTime arrives;
  Bytes bytes;
};

}  // namespace

std::string MachineOf(std::string_view address) {
  return std::string(address.substr(0, address.find(':')));
}

// One direction of a connection.
struct Lane {
  Bytes arrived;
  std::size_t read = 0;  // of what arrived
  std::deque<Piece> on_the_way;
  std::size_t on_the_way_bytes = 0;
  bool ended = false;                        // by the writer, behind what is on the way
  storage::OneShot<bool>* reader = nullptr;  // waits for something to change

  std::size_t unread() const { return arrived.size() - read; }
  bool AtEnd() const { return ended && on_the_way.empty(); }
};

// A connection, seen from both ends: 0 is the one that dialed. Each end writes its own lane.
struct Link {
  std::array<std::string, 2> machines;
  std::array<Lane, 2> lanes;
  std::array<bool, 2> broken{};   // for that end
  std::array<bool, 2> unheard{};  // it has sent what a machine without power did not take

  void Wake(std::size_t end) {
    Lane& lane = lanes[1 - end];
    if (lane.reader != nullptr) std::exchange(lane.reader, nullptr)->Set(true);
  }
  void Break(std::size_t end) {
    broken[end] = true;
    Wake(end);
  }
};

class SimulatedStream final : public net::Stream {
 public:
  SimulatedStream(SimulatedNetwork& network, std::shared_ptr<Link> link, std::size_t end)
      : network_(network),
        link_(std::move(link)),
        end_(end),
        peer_(link_->machines[1 - end] + ":1"),
        local_(link_->machines[end] + ":1") {}
  ~SimulatedStream() override { Close(); }

  net::Task<Result<std::size_t>> ReadSome(MutableByteView buffer) override {
    // The stream may be closed, and gone, while this waits.
    const std::shared_ptr<Link> link = link_;
    const std::size_t end = end_;
    Lane& lane = link->lanes[1 - end];
    while (true) {
      if (link->broken[end]) co_return Broken();
      if (Overdue()) co_return TimedOut();
      if (lane.unread() > 0) break;
      if (lane.AtEnd()) co_return std::size_t{0};
      co_await WaitForChange(lane);
      if (link->broken[end]) co_return Error(Code::kUnavailable, "the connection is gone");
    }
    const std::size_t most = std::min(buffer.size(), lane.unread());
    const std::size_t count = network_.random_.OneIn(8) ? 1 + network_.random_.Below(most) : most;
    std::copy_n(lane.arrived.begin() + static_cast<std::ptrdiff_t>(lane.read), count,
                buffer.begin());
    lane.read += count;
    if (lane.unread() == 0) {
      lane.arrived.clear();
      lane.read = 0;
    }
    co_return count;
  }

  net::Task<Result<void>> Write(std::span<const ByteView> parts) override {
    const std::shared_ptr<Link> link = link_;
    Lane& lane = link->lanes[end_];
    Bytes bytes;
    for (const ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    while (lane.unread() + lane.on_the_way_bytes > kWindowBytes && !link->broken[end_]) {
      if (Overdue()) co_return TimedOut();
      co_await network_.scheduler_.Sleep(std::chrono::milliseconds(1));
    }
    if (link->broken[end_] || lane.ended) co_return Broken();
    const std::string& from = link->machines[end_];
    const std::string& to = link->machines[1 - end_];
    if (link->broken[1 - end_]) {
      // Nobody is there any more. A machine without power does not even say that.
      link->unheard[end_] = true;
      if (!network_.IsUp(to) || network_.IsCut(from, to) || network_.IsCut(to, from))
        co_return Result<void>();
      link->Break(end_);
      co_return Broken();
    }
    Queue(lane, bytes, network_.clock_.Steady() + network_.Latency(from, to));
    co_return Result<void>();
  }

  net::Task<Result<void>> SendFile(ByteView, net::FileRange) override {
    co_return Error(Code::kInternal, "the simulated disk has no descriptors");
  }

  void SetDeadline(SteadyTime deadline) override { deadline_ = deadline; }
  void ShutdownWrite() override {
    Lane& lane = link_->lanes[end_];
    if (std::exchange(lane.ended, true)) return;
    if (lane.on_the_way.empty()) Queue(lane, {}, network_.clock_.Steady() + kLatency);
  }
  // What was written before still arrives; then the other side sees the end.
  void Close() override {
    if (link_->broken[end_]) return;
    link_->Break(end_);
    ShutdownWrite();
  }
  std::string_view peer() const override { return peer_; }
  std::string_view local() const override { return local_; }

  bool IsQuiet() const {
    const Lane& in = link_->lanes[1 - end_];
    return !link_->broken[end_] && in.unread() == 0 && !in.AtEnd();
  }

 private:
  void Queue(Lane& lane, ByteView bytes, SteadyTime arrives) {
    const bool idle = lane.on_the_way.empty();
    if (!idle) arrives = std::max(arrives, lane.on_the_way.back().arrives);
    const SteadyTime first = arrives;
    do {
      const ByteView piece = bytes.first(std::min(bytes.size(), kPieceBytes));
      lane.on_the_way.push_back({arrives, Bytes(piece.begin(), piece.end())});
      lane.on_the_way_bytes += piece.size();
      bytes = bytes.subspan(piece.size());
      arrives += std::chrono::microseconds(20 + network_.random_.Below(200));
    } while (!bytes.empty());
    if (!idle) return;
    const auto deliver = [&network = network_, link = link_, end = end_] {
      network.Deliver(link, end);
    };
    network_.scheduler_.After(first - network_.clock_.Steady(), deliver);
  }

  net::Task<void> WaitForChange(Lane& lane) {
    storage::OneShot<bool> changed;
    lane.reader = &changed;
    if (deadline_ != net::kNever) {
      const auto left = deadline_ - network_.clock_.Steady();
      const auto wake = [weak = std::weak_ptr(link_), end = end_] {
        if (const auto link = weak.lock()) link->Wake(end);
      };
      network_.scheduler_.After(std::max(left, SteadyTime::duration::zero()), wake);
    }
    static_cast<void>(co_await changed.Wait());
  }

  bool Overdue() const { return network_.clock_.Steady() >= deadline_; }
  Error TimedOut() {
    Close();
    return Error::Make(Code::kTimeout, "{} does not answer", peer_);
  }
  Error Broken() const { return Error::Make(Code::kUnavailable, "{} is gone", peer_); }

  SimulatedNetwork& network_;
  std::shared_ptr<Link> link_;
  const std::size_t end_;
  const std::string peer_;
  const std::string local_;
  SteadyTime deadline_ = net::kNever;
};

class SimulatedDialer final : public net::Dialer {
 public:
  SimulatedDialer(SimulatedNetwork& network, std::string machine, Life life)
      : network_(network), machine_(std::move(machine)), life_(std::move(life)) {}
  net::Task<Result<std::unique_ptr<net::Stream>>> Connect(
      std::string_view address, std::chrono::milliseconds timeout) override {
    return network_.Connect(machine_, std::string(address), timeout, life_);
  }

 private:
  SimulatedNetwork& network_;
  const std::string machine_;
  const Life life_;
};

bool IsQuiet(const net::Stream& stream) {
  return static_cast<const SimulatedStream&>(stream).IsQuiet();
}

void SimulatedNetwork::Up(const std::string& address, Accept accept) {
  servers_[address] = std::move(accept);
  const std::string machine = MachineOf(address);
  if (down_.erase(machine) == 0) return;
  // What was sent to it meanwhile is sent again, and it knows nothing of the connection.
  for (const auto& weak : links_) {
    const auto link = weak.lock();
    if (!link) continue;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
      if (link->machines[1 - side] == machine && link->unheard[side]) TellReset(link, side);
  }
}

void SimulatedNetwork::Down(const std::string& machine, End end) {
  const auto of_machine = [&machine](const auto& row) { return MachineOf(row.first) == machine; };
  std::erase_if(servers_, of_machine);
  std::erase_if(ports_, of_machine);
  if (end == End::kSilent) down_.insert(machine);
  for (const auto& weak : links_) {
    const auto link = weak.lock();
    if (!link) continue;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      if (link->machines[side] != machine) continue;
      link->lanes[side].on_the_way.clear();
      link->lanes[side].on_the_way_bytes = 0;
      if (!link->broken[side]) link->Break(side);
      if (end == End::kTold) TellReset(link, 1 - side);
    }
  }
  std::erase_if(links_, [](const auto& weak) { return weak.expired(); });
}

void SimulatedNetwork::TellReset(const std::shared_ptr<Link>& link, std::size_t to_end) {
  const auto tell = [this, link, to_end] {
    if (link->broken[to_end]) return;
    if (IsCut(link->machines[1 - to_end], link->machines[to_end]))
      TellReset(link, to_end);
    else
      link->Break(to_end);
  };
  scheduler_.After(kHeldBack / 50, tell);
}

void SimulatedNetwork::Deliver(const std::shared_ptr<Link>& link, std::size_t from_end) {
  const std::size_t to_end = 1 - from_end;
  Lane& lane = link->lanes[from_end];
  if (link->broken[to_end] || lane.on_the_way.empty()) return;
  const bool cut = IsCut(link->machines[from_end], link->machines[to_end]);
  while (!cut && !lane.on_the_way.empty() && lane.on_the_way.front().arrives <= clock_.Steady()) {
    const bool within = lane.on_the_way.front().bytes.size() == kPieceBytes;
    std::uint64_t& to_break = within ? to_break_within_ : to_break_;
    if (to_break > 0 && random_.OneIn(within ? kBreakWithinChances : kBreakChances)) {
      --to_break;
      ++troubles_.broken;
      link->Break(from_end);
      link->Break(to_end);
      return;
    }
    const Bytes& bytes = lane.on_the_way.front().bytes;
    lane.arrived.insert(lane.arrived.end(), bytes.begin(), bytes.end());
    lane.on_the_way_bytes -= bytes.size();
    lane.on_the_way.pop_front();
  }
  if (!cut) link->Wake(to_end);
  if (lane.on_the_way.empty()) return;
  const auto next = cut ? kHeldBack : lane.on_the_way.front().arrives - clock_.Steady();
  scheduler_.After(next, [this, link, from_end] { Deliver(link, from_end); });
}

std::chrono::nanoseconds SimulatedNetwork::Latency(const std::string& from, const std::string& to) {
  const auto below = [this](std::chrono::nanoseconds limit) {
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(limit.count()))));
  };
  std::chrono::nanoseconds latency = kLatency + below(kJitter);
  if (random_.OneIn(kHiccupChances)) latency += below(kHiccup);
  if (!slow_.empty() && slow_.contains(Pair(from, to))) latency += below(kSlowest);
  return latency;
}

void SimulatedNetwork::Cut(const std::string& one, const std::string& other) {
  CutOneWay(one, other);
  CutOneWay(other, one);
}

void SimulatedNetwork::HealAll() {
  cuts_.clear();
  slow_.clear();
  to_break_ = 0;
  to_break_within_ = 0;
}

void SimulatedNetwork::Hear(const std::string& address, OnPacket on_packet) {
  ports_[address] = std::move(on_packet);
}

void SimulatedNetwork::Send(const std::string& from, const std::string& to, ByteView packet) {
  std::uint64_t copies = 1;
  if (packet_trouble_ != 0 && random_.OneIn(packet_trouble_)) {
    copies = random_.OneIn(2) ? 0 : 2;
    ++(copies == 0 ? troubles_.lost : troubles_.repeated);
  }
  for (std::uint64_t i = 0; i < copies; ++i) {
    // Without an order: each takes its own time.
    auto latency = Latency(MachineOf(from), MachineOf(to));
    if (packet_trouble_ != 0 && random_.OneIn(packet_trouble_))
      latency += kHiccup * static_cast<int>(random_.Below(20));
    scheduler_.After(latency, [this, from, to, bytes = Bytes(packet.begin(), packet.end())] {
      Arrive(from, to, bytes);
    });
  }
}

void SimulatedNetwork::Arrive(const std::string& from, const std::string& to, const Bytes& packet) {
  if (IsCut(MachineOf(from), MachineOf(to))) return;
  if (const auto port = ports_.find(to); port != ports_.end()) {
    const OnPacket on_packet = port->second;
    on_packet(packet, from);
  }
}

std::unique_ptr<net::Dialer> SimulatedNetwork::DialerOf(const std::string& machine,
                                                        const Life& life) {
  return std::make_unique<SimulatedDialer>(*this, machine, life);
}

net::Task<Result<std::unique_ptr<net::Stream>>> SimulatedNetwork::Connect(
    std::string from, std::string to, std::chrono::milliseconds timeout, Life life) {
  using Connected = Result<std::unique_ptr<net::Stream>>;
  const SteadyTime until = clock_.Steady() + timeout;
  const std::string machine = MachineOf(to);
  co_await scheduler_.Sleep(Latency(from, machine));
  while (IsCut(from, machine) || IsCut(machine, from) || !IsUp(machine)) {
    if (clock_.Steady() >= until)
      co_return Connected(Error::Make(Code::kTimeout, "connecting to {}: no answer", to));
    co_await scheduler_.Sleep(kHeldBack);
  }
  if (life && !*life) co_return Connected(Error(Code::kUnavailable, "this process has ended"));
  const auto server = servers_.find(to);
  if (server == servers_.end())
    co_return Connected(Error::Make(Code::kUnavailable, "connecting to {}: refused", to));
  auto link = std::make_shared<Link>();
  link->machines = {from, machine};
  links_.push_back(link);
  const Accept accept = server->second;
  accept(std::make_unique<SimulatedStream>(*this, link, 1));
  co_return Connected(std::make_unique<SimulatedStream>(*this, link, 0));
}

}  // namespace yundisk::simulation
