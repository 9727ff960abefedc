#include "storage_core/client/udp_lookup.h"

#include <charconv>
#include <utility>

#include "common/protocol/address.h"
#include "storage_core/client/udp_socket.h"

namespace yundisk::client {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> Number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Ignores lines and fields it does not know.
std::vector<ServiceHost> ServicesFrom(std::string_view lines) {
  std::vector<ServiceHost> services;
  for (const std::string_view line : Split(lines, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields[0] != "service" || fields.size() < 5) continue;
    const auto number = Number(fields[1]);
    const auto weight = Number(fields[4]);
    if (number && weight)
      services.push_back({*number, std::string(fields[2]), std::string(fields[3]), *weight});
  }
  return services;
}

Result<UdpRoute> RouteFrom(const wire::UdpPacket& packet) {
  TRY(const wire::UdpAnswer answer, wire::DecodeBody<wire::UdpAnswer>(packet.body));
  if (packet.header.status != 0)
    return Error(CodeFromWire(packet.header.status), answer.lines.text);
  TRY(auto addresses, wire::ParseAddresses(answer.addresses.view()));
  return UdpRoute{answer.group.str(), std::move(addresses), ServicesFrom(answer.lines.text)};
}

}  // namespace

UdpLookup::UdpLookup(UdpOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(&clock), random_(&random) {}

wire::UdpHeader UdpHeaderOf(wire::UdpKind kind, const Clock& clock, Random& random) {
  wire::UdpHeader header;
  header.kind = static_cast<std::uint8_t>(kind);
  header.number = random.Next();
  header.time_ms = static_cast<std::uint64_t>(clock.Now().time_since_epoch().count());
  random.Fill(header.nonce);
  return header;
}

Result<UdpRoute> UdpLookup::Find(const wire::ObjectKey& key) {
  Error last(Code::kUnavailable, "no tracker is configured");
  for (int round = 0; round < options_.rounds; ++round) {
    for (const std::string& tracker : options_.trackers) {
      auto route = Ask(tracker, key);
      if (route || route.error().code() != Code::kUnavailable) return route;
      last = route.error();
    }
  }
  return last;
}

Result<UdpRoute> UdpLookup::Ask(const std::string& tracker, const wire::ObjectKey& key) {
  const wire::UdpHeader header = UdpHeaderOf(wire::UdpKind::kLookUp, *clock_, *random_);
  const Bytes request =
      wire::SealPacket(header, wire::EncodeAlone(key), options_.secret, wire::kMaxPacketBytes);
  TRY(const UdpSocket socket, UdpSocket::Connect(tracker));
  TRY_VOID(socket.Send(request));
  const SteadyTime deadline = clock_->Steady() + options_.timeout;
  while (true) {
    TRY(const Bytes bytes, socket.Receive(deadline - clock_->Steady()));
    const auto packet = wire::OpenPacket(bytes, options_.secret);
    // Whatever is not the proven answer to this very request may come from anybody.
    if (!packet || packet->header.number != header.number || packet->header.nonce != header.nonce ||
        packet->header.kind != static_cast<std::uint8_t>(wire::UdpKind::kAnswer))
      continue;
    return RouteFrom(*packet);
  }
}

void UdpLookup::Report(const wire::Report& report) {
  for (const std::string& tracker : options_.trackers) {
    const auto socket = UdpSocket::Connect(tracker);
    if (!socket) continue;
    const wire::UdpHeader header = UdpHeaderOf(wire::UdpKind::kReport, *clock_, *random_);
    const Bytes packet = wire::SealPacket(header, wire::EncodeAlone(report), options_.secret);
    (void)socket->Send(packet);  // lost is lost
  }
}

}  // namespace yundisk::client
