#include "storage_core/storage/service.h"

#include <fmt/format.h>

#include "storage_core/storage/wire_content.h"

namespace yundisk::storage {
net::Task<Result<void>> Service::Handle(net::Request& request, net::Reply& reply) {
  ++in_flight_;
  ++requests_;
  const Result<void> outcome = co_await Dispatch(request, reply);
  --in_flight_;
  if (!outcome) ++failures_;
  co_return outcome;
}

net::Task<Result<void>> Service::Dispatch(net::Request& request, net::Reply& reply) {
  if (PeerService::Knows(request.command())) return peers_.Handle(request, reply);
  switch (request.command()) {
    case wire::Command::kUpload: return Upload(request, reply);
    case wire::Command::kSize: return Size(request, reply);
    case wire::Command::kDownload: return SendContentOf<wire::Download>(engine_, request, reply);
    case wire::Command::kDelete: return Delete(request, reply);
    case wire::Command::kAdopt: return Adopt(request, reply);
    case wire::Command::kStat: return Stat(request, reply);
    case wire::Command::kCopy: return Copy(request, reply);
    case wire::Command::kRepair: return Repair(request, reply);
    default: return Describe(request, reply);  // the server lets no others through
  }
}

net::Task<Result<void>> Service::Upload(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Upload asked, co_await request.Read<wire::Upload>());
  const ObjectKey key = FromWire(asked.key);
  RequestSource source(request);
  CO_TRY_VOID(co_await engine_.Put(key, asked.size_bytes, source));
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Size(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Size asked, co_await request.Read<wire::Size>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY(const std::uint64_t size_bytes, co_await engine_.Size(key));
  co_return co_await reply.Send(wire::ObjectSize{size_bytes});
}

net::Task<Result<void>> Service::Delete(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Delete asked, co_await request.Read<wire::Delete>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY_VOID(co_await engine_.Remove(key));
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Adopt(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Adopt asked, co_await request.Read<wire::Adopt>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY(const Digest digest,
         co_await engine_.Adopt(key, asked.size_bytes, asked.spool_name.view()));
  co_return co_await reply.Send(wire::Adopted{digest.sha256, digest.crc32});
}

net::Task<Result<void>> Service::Stat(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Stat asked, co_await request.Read<wire::Stat>());
  const ObjectKey key = FromWire(asked.key);
  CO_TRY(const ObjectInfo info, co_await engine_.Stat(key));
  CO_TRY(const auto local_file, wire::OptionalTextZ<255>::From(info.local_file));
  const wire::ObjectStat stat{info.size_bytes, info.digest.crc32, info.digest.sha256,
                              info.verified_at_s, local_file};
  co_return co_await reply.Send(stat);
}

net::Task<Result<void>> Service::Copy(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::CopyOf asked, co_await request.Read<wire::CopyOf>());
  if (asked.action > static_cast<std::uint8_t>(wire::CopyAction::kRepair))
    co_return Error::Make(Code::kBadRequest, "copy: there is no action {}", asked.action);
  const ObjectKey key = FromWire(asked.key);
  CO_TRY(const wire::CopyTold told,
         co_await mender_.OfOne(key, static_cast<wire::CopyAction>(asked.action)));
  co_return co_await reply.Send(told);
}

net::Task<Result<void>> Service::Repair(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Repair asked, co_await request.Read<wire::Repair>());
  switch (static_cast<wire::RepairAction>(asked.action)) {
    case wire::RepairAction::kTell: co_return co_await reply.Send(mender_.Told());
    case wire::RepairAction::kBegin: co_return co_await reply.Send(mender_.Begin());
    case wire::RepairAction::kEnd: co_return co_await reply.Send(mender_.End());
  }
  co_return Error::Make(Code::kBadRequest, "repair: there is no action {}", asked.action);
}

net::Task<Result<void>> Service::Describe(net::Request& request, net::Reply& reply) {
  CO_TRY_VOID(co_await request.Read<wire::Statistics>());
  wire::StatisticsText statistics;
  std::string& text = statistics.lines.text;
  for (const auto& [name, value] : engine_.Describe()) text += fmt::format("{}\t{}\n", name, value);
  text += fmt::format("requests\t{}\nfailures\t{}\nin_flight\t{}\n", requests_.load(),
                      failures_.load(), in_flight_.load());
  if (const std::uint16_t port = http_port_; port != 0)
    text += fmt::format("http_port\t{}\n", port);
  co_return co_await reply.Send(statistics);
}

}  // namespace yundisk::storage
