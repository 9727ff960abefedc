#include "storage_core/tracker/service.h"

#include <string>

#include "common/protocol/address.h"
#include "storage_core/tracker/group_list.h"

namespace yundisk::tracker {
namespace {

// The ip of "ip:port".
std::string IpOf(std::string_view peer) {
  const auto address = wire::ParseHostPort(peer);
  return address ? address->host : std::string(peer);
}

Result<Standing> StandingAfter(std::uint8_t action) {
  switch (static_cast<wire::MemberAction>(action)) {
    case wire::MemberAction::kActivate: return Standing::kActive;
    case wire::MemberAction::kDrain: return Standing::kDraining;
    case wire::MemberAction::kRemove: return Standing::kRemoved;
  }
  return Error::Make(Code::kBadRequest, "set member: there is no action {}", action);
}

// Whether an operator may do this now.
Result<void> CheckStanding(const Registry& registry, const NodeName& name, Standing standing) {
  const auto found = registry.nodes().find(name);
  if (found == registry.nodes().end())
    return Error::Make(Code::kNotFound, "set member: {}/{} is no member", name.group, name.host);
  const Node& node = found->second;
  if (standing == Standing::kRemoved && node.state == NodeState::kActive && !node.draining)
    return Error::Make(Code::kBadRequest, "set member: {}/{} is active; drain it first, or stop it",
                       name.group, name.host);
  return {};
}

Result<wire::Location> LocationFrom(std::string_view group,
                                    const std::vector<std::string>& addresses) {
  if (addresses.empty())
    return Error::Make(Code::kUnavailable, "addresses of group {}: no storage of it is active",
                       group);
  TRY(const auto name, wire::TextZ<16>::From(group));
  return wire::Location{name, wire::JoinAddresses(addresses)};
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
    case wire::Command::kSetMember: return SetMember(request, reply);
    case wire::Command::kHint: return Hint(request, reply);
    case wire::Command::kReport: return Report(request, reply);
    case wire::Command::kServices:
      return reply.Send(wire::ServiceLines{
          {ServiceLines(parts_.directory.services(), wire::kMaxServiceLinesBytes)}});
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
  CO_TRY(const wire::Location location, co_await LocationOf(asked.key));
  co_return co_await reply.Send(location);
}

net::Task<Result<wire::Location>> Service::LocationOf(wire::ObjectKey key) {
  CO_TRY(const std::string group, co_await GroupOf(key));
  parts_.registry.Sweep();
  co_return LocationFrom(group, parts_.choice.Addresses(group, key.file_id.view()));
}

net::Task<Result<void>> Service::Place(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Place asked, co_await request.Read<wire::Place>());
  PlaceRequest wanted{asked.size_bytes};
  if (asked.region) wanted.region = asked.region->region.view();
  CO_TRY(const std::string group, parts_.choice.Group(wanted, parts_.random));
  const auto addresses = parts_.choice.AddressesForNew(group, asked.user.view());
  CO_TRY(const wire::Location location, LocationFrom(group, addresses));
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
                              {WatchedText(parts_.registry, group)}};
  co_return co_await reply.Send(watched);
}

net::Task<Result<void>> Service::SetMember(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::SetMember asked, co_await request.Read<wire::SetMember>());
  const NodeName name{asked.group.str(), asked.host_name.str()};
  CO_TRY(const Standing standing, StandingAfter(asked.action));
  CO_TRY_VOID(CheckStanding(parts_.registry, name, standing));
  CO_TRY_VOID(co_await parts_.members.Set(name, standing));
  parts_.hints.MembersChanged(name);
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Hint(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Hint hint, co_await request.Read<wire::Hint>());
  const NodeName name{hint.group.str(), hint.host_name.str()};
  switch (static_cast<wire::HintKind>(hint.kind)) {
    case wire::HintKind::kMembers: CO_TRY_VOID(co_await parts_.members.Load()); break;
    case wire::HintKind::kJoined:
      parts_.registry.HeardOf({name, hint.address.str(), 0, hint.start_time_s});
      break;
    case wire::HintKind::kOffline: parts_.registry.Doubt(name); break;
  }
  co_return co_await reply.Send(wire::Empty{});
}

net::Task<Result<void>> Service::Report(net::Request& request, net::Reply& reply) {
  CO_TRY(const wire::Report report, co_await request.Read<wire::Report>());
  CO_TRY_VOID(Take(report, IpOf(request.peer())));
  co_return co_await reply.Send(wire::Empty{});
}

Result<void> Service::Take(const wire::Report& report, std::string_view client) {
  if (report.outcome > static_cast<std::uint8_t>(wire::CallOutcome::kSlow))
    return Error::Make(Code::kBadRequest, "report: there is no outcome {}", report.outcome);
  parts_.outages.Report({report.group.view(), report.address.view(), client,
                         static_cast<wire::CallOutcome>(report.outcome), report.calls});
  return {};
}

net::Task<Result<std::string>> Service::GroupOf(const wire::ObjectKey& key) {
  if (const auto group = wire::GroupOfFileId(key.file_id.view()); !group.empty())
    co_return std::string(group);
  const Owner owner{key.application.str(), key.user.str()};
  const Routes::Choose choose = [this] { return parts_.choice.Group({}, parts_.random); };
  co_return co_await parts_.routes.GroupOf(owner, choose);
}

}  // namespace yundisk::tracker
