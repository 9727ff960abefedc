#include "storage_core/tracker/udp_service.h"

#include "common/protocol/failure.h"

namespace yundisk::tracker {
namespace {

// Without lines.
wire::UdpAnswer AnswerFrom(const Result<wire::Location>& location) {
  wire::UdpAnswer answer;
  if (!location) return answer;
  answer.group = wire::OptionalTextZ<16>::Unchecked(location->group.view());
  answer.addresses =
      wire::OptionalTextZ<wire::kAddressesBytes>::Unchecked(location->addresses.view());
  return answer;
}

std::uint16_t StatusOf(const Result<wire::Location>& location) {
  return location ? std::uint16_t{0} : Info(location.error().code()).wire_number;
}

}  // namespace

net::Task<Bytes> UdpService::Answer(const Bytes& packet, const std::string& client) {
  const auto opened = wire::OpenPacket(packet, secret_);
  if (!opened || opened->header.status != 0) co_return Bytes();
  if (secret_ && !guard_.IsTimely(opened->header)) co_return Bytes();
  switch (static_cast<wire::UdpKind>(opened->header.kind)) {
    case wire::UdpKind::kLookUp:
      co_return co_await LookUp(opened->header, opened->body, packet.size());
    case wire::UdpKind::kReport: Report(*opened, client); break;
    case wire::UdpKind::kAnswer: break;
  }
  co_return Bytes();
}

net::Task<Bytes> UdpService::LookUp(wire::UdpHeader header, ByteView body,
                                    std::size_t packet_bytes) {
  const auto key = wire::DecodePadded<wire::ObjectKey>(body);
  if (!key) co_return Bytes();
  const Result<wire::Location> location = co_await service_->LocationOf(*key);
  wire::UdpAnswer answer = AnswerFrom(location);
  const std::size_t used = wire::kUdpFrameBytes + wire::EncodedSize(answer);
  CHECK(used <= packet_bytes);  // a request carries more than an answer without lines
  const std::size_t room = packet_bytes - used;
  answer.lines.text =
      location ? ServiceLines(directory_->services(), room) : TextOf(location.error(), room);
  header.kind = static_cast<std::uint8_t>(wire::UdpKind::kAnswer);
  header.status = StatusOf(location);
  co_return wire::SealPacket(header, wire::EncodeAlone(answer), secret_);
}

std::string UdpService::TextOf(const Error& error, std::size_t max_bytes) const {
  std::string text = wire::FailureFrom(node_, error).description.str().substr(0, max_bytes);
  while (!IsUtf8(text)) text.pop_back();
  return text;
}

void UdpService::Report(const wire::UdpPacket& packet, std::string_view client) {
  if (secret_ && !guard_.Admit(packet.header)) return;
  const auto report = wire::DecodePadded<wire::Report>(packet.body);
  if (report) (void)service_->Take(*report, client);  // nobody waits for an answer
}

}  // namespace yundisk::tracker
