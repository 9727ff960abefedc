#include "storage_core/client/udp_lookup.h"

#include <utility>

#include "common/protocol/address.h"

namespace yundisk::client {
namespace {

Result<UdpRoute> RouteFrom(const wire::UdpPacket& packet) {
  TRY(const wire::UdpAnswer answer, wire::DecodeBody<wire::UdpAnswer>(packet.body));
  if (packet.header.status != 0)
    return Error(CodeFromWire(packet.header.status), answer.lines.text);
  TRY(auto addresses, wire::ParseAddresses(answer.addresses.view()));
  return UdpRoute{answer.group.str(), std::move(addresses), ParseServices(answer.lines.text)};
}

}  // namespace

UdpLookup::UdpLookup(UdpOptions options, const Environment& environment)
    : options_(std::move(options)), environment_(environment) {}

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
  const wire::UdpHeader header =
      UdpHeaderOf(wire::UdpKind::kLookUp, environment_.clock, environment_.random);
  const Bytes request =
      wire::SealPacket(header, wire::EncodeAlone(key), options_.secret, wire::kMaxPacketBytes);
  TRY(const auto socket, environment_.network.ConnectUdp(tracker));
  TRY_VOID(socket->Send(request));
  const SteadyTime deadline = environment_.clock.Steady() + options_.timeout;
  while (true) {
    TRY(const Bytes bytes, socket->Receive(deadline - environment_.clock.Steady()));
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
    const auto socket = environment_.network.ConnectUdp(tracker);
    if (!socket) continue;
    const wire::UdpHeader header =
        UdpHeaderOf(wire::UdpKind::kReport, environment_.clock, environment_.random);
    const Bytes packet = wire::SealPacket(header, wire::EncodeAlone(report), options_.secret);
    (void)(*socket)->Send(packet);  // lost is lost
  }
}

}  // namespace yundisk::client
