#include "storage_core/tracker/service.h"

#include <string>

#include "common/protocol/address.h"
#include "storage_core/tracker/choice.h"
#include "storage_core/tracker/group_list.h"

namespace yundisk::tracker {
namespace {

// The ip of "ip:port".
std::string IpOf(std::string_view peer) {
  const auto address = wire::ParseHostPort(peer);
  return address ? address->host : std::string(peer);
}

}  // namespace

net::Task<Result<void>> Service::Handle(net::Request& request, net::Reply& reply) {
  parts_.registry.Sweep();
  switch (request.command()) {
    case wire::Command::kJoin: return Join(request, reply);
    case wire::Command::kHeartBeat: return Beat(request, reply);
    case wire::Command::kAddresses: return Addresses(request, reply);
    case wire::Command::kPlace: return Place(request, reply);
    case wire::Command::kWatch: return Watch(request, reply);
    default:  // the server lets through no other than these
      CHECK(request.command() == wire::Command::kGroupList);
      return reply.Send(wire::Groups{{GroupListText(parts_.registry)}});
  }
}

net::Task<Result<void>> Service::Join(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Join join, co_await request.Read<wire::Join>());
  CO_TRY(const Member member, parts_.registry.Join(join, IpOf(request.peer())));
  parts_.members.Joined(member);
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Beat(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::HeartBeat beat, co_await request.Read<wire::HeartBeat>());
  CO_TRY_VOID(parts_.registry.Beat(beat, IpOf(request.peer())));
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Addresses(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Addresses asked, co_await request.Read<wire::Addresses>());
  CO_TRY(const std::string group, co_await GroupOf(asked.key));
  CO_TRY(const wire::Location location, Locate(group, asked.key.file_id.view()));
  co_return co_await reply.Send(location);
}

net::Task<Result<void>> Service::Place(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Place asked, co_await request.Read<wire::Place>());
  CO_TRY(const std::string group, ChooseGroup(parts_.registry, asked.size_bytes, parts_.random));
  CO_TRY(const wire::Location location, Locate(group, asked.user.view()));
  co_return co_await reply.Send(location);
}

net::Task<Result<void>> Service::Watch(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Watch watch, co_await request.Read<wire::Watch>());
  // Storages take the list for the whole of their group, and what is written to fewer is not safe.
  if (!parts_.members.loaded())
    co_return Error(Code::kUnavailable, "watch: the table of members has not been read yet");
  const std::string group = watch.group.str();
  co_await parts_.watches.Wait(group, watch.known_version);
  const wire::Watched watched{parts_.registry.VersionOf(group),
                              {GroupListText(parts_.registry, group)}};
  co_return co_await reply.Send(watched);
}

net::Task<Result<std::string>> Service::GroupOf(const wire::ObjectKey& key) {
  if (const auto group = wire::GroupOfFileId(key.file_id.view()); !group.empty())
    co_return std::string(group);
  const Owner owner{key.application.str(), key.user.str()};
  const Routes::Choose choose = [this] { return ChooseGroup(parts_.registry, 0, parts_.random); };
  co_return co_await parts_.routes.GroupOf(owner, choose);
}

Result<wire::Location> Service::Locate(std::string_view group, std::string_view file_id) const {
  const auto addresses = ActiveAddresses(parts_.registry, group, file_id);
  if (addresses.empty())
    return Error::Make(Code::kUnavailable, "addresses of group {}: no storage of it is active",
                       group);
  TRY(const auto name, wire::TextZ<16>::From(group));
  return wire::Location{name, wire::JoinAddresses(addresses)};
}

}  // namespace yundisk::tracker
