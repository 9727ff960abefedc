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
  registry_->Sweep();
  switch (request.command()) {
    case wire::Command::kJoin: return Join(request, reply);
    case wire::Command::kHeartBeat: return Beat(request, reply);
    case wire::Command::kAddresses: return Addresses(request, reply);
    case wire::Command::kPlace: return Place(request, reply);
    default:  // the server lets through no other than these
      CHECK(request.command() == wire::Command::kGroupList);
      return reply.Send(wire::Groups{{GroupListText(*registry_)}});
  }
}

net::Task<Result<void>> Service::Join(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Join join, co_await request.Read<wire::Join>());
  CO_TRY(const Member member, registry_->Join(join, IpOf(request.peer())));
  members_->Joined(member);
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Beat(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::HeartBeat beat, co_await request.Read<wire::HeartBeat>());
  CO_TRY_VOID(registry_->Beat(beat, IpOf(request.peer())));
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
  CO_TRY(const std::string group, ChooseGroup(*registry_, asked.size_bytes, *random_));
  CO_TRY(const wire::Location location, Locate(group, asked.user.view()));
  co_return co_await reply.Send(location);
}

net::Task<Result<std::string>> Service::GroupOf(const wire::ObjectKey& key) {
  if (const auto group = wire::GroupOfFileId(key.file_id.view()); !group.empty())
    co_return std::string(group);
  const Owner owner{key.application.str(), key.user.str()};
  const Routes::Choose choose = [this] { return ChooseGroup(*registry_, 0, *random_); };
  co_return co_await routes_->GroupOf(owner, choose);
}

Result<wire::Location> Service::Locate(std::string_view group, std::string_view file_id) const {
  const auto addresses = ActiveAddresses(*registry_, group, file_id);
  if (addresses.empty())
    return Error::Make(Code::kUnavailable, "addresses of group {}: no storage of it is active",
                       group);
  TRY(const auto name, wire::TextZ<16>::From(group));
  return wire::Location{name, wire::JoinAddresses(addresses)};
}

}  // namespace yundisk::tracker
