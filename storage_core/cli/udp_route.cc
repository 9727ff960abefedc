#include "storage_core/cli/udp_route.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <json/value.h>

#include "common/protocol/authentication.h"
#include "storage_core/client/call_reports.h"
#include "storage_core/client/connection.h"
#include "storage_core/client/object_key.h"
#include "storage_core/client/udp_lookup.h"

namespace yundisk::cli {
namespace {

// How a call to a storage ended, as the trackers are told.
struct Ended {
  std::string address;
  wire::CallOutcome outcome = wire::CallOutcome::kOk;
  std::chrono::nanoseconds latency{0};
  std::string problem;  // of a call that failed
};

std::string_view OutcomeText(wire::CallOutcome outcome) {
  switch (outcome) {
    case wire::CallOutcome::kOk: return "ok";
    case wire::CallOutcome::kFailed: return "failed";
    case wire::CallOutcome::kSlow: return "slow";
  }
  return "";
}

Ended CallStorage(const std::string& address, const wire::ObjectKey& key,
                  const client::Options& options, const std::optional<wire::Secret>& secret) {
  const auto connection = client::Connection::Open(address, wire::Service::kStorage, secret,
                                                   {options.connect_timeout, options.call_timeout});
  if (!connection) return {address, wire::CallOutcome::kFailed, {}, connection.error().message()};
  const auto size = (*connection)->Call(wire::Size{key});
  const client::CallShown shown{(*connection)->broken(), false, (*connection)->waited()};
  Ended ended{address, wire::CallOutcome::kOk, shown.waited, {}};
  ended.outcome = client::OutcomeOf(size ? std::nullopt : std::optional(size.error().code()), shown,
                                    options.slow_after);
  if (ended.outcome == wire::CallOutcome::kFailed) ended.problem = size.error().message();
  return ended;
}

Result<wire::Report> ReportOf(const std::string& group, const Ended& ended) {
  TRY(const auto group_text, wire::TextZ<16>::From(group));
  TRY(const auto address, wire::TextZ<64>::From(ended.address));
  return wire::Report{group_text, address, static_cast<std::uint8_t>(ended.outcome), 1,
                      client::ReportedLatency(ended.latency)};
}

std::string RouteTable(const client::UdpRoute& route) {
  std::vector<std::vector<std::string>> rows{{"SERVICE", "NUMBER", "ADDRESS", "WEIGHT"}};
  for (const std::string& address : route.addresses) rows.push_back({"storage", "-", address, "-"});
  for (const client::ServiceHost& host : route.services)
    rows.push_back(
        {host.name, std::to_string(host.number), host.address, std::to_string(host.weight)});
  return fmt::format("group {}\n{}", route.group, Table(rows));
}

Json::Value ToJson(const client::UdpRoute& route) {
  Json::Value json;
  json["group"] = route.group;
  json["storages"] = Json::arrayValue;
  json["services"] = Json::arrayValue;
  for (const std::string& address : route.addresses) json["storages"].append(address);
  for (const client::ServiceHost& host : route.services) {
    Json::Value& to = json["services"].append(Json::objectValue);
    to["number"] = host.number;
    to["name"] = host.name;
    to["address"] = host.address;
    to["weight"] = host.weight;
  }
  return json;
}

void Print(const client::UdpRoute& route, const std::optional<Ended>& ended, const Output& output) {
  if (output.json) {
    Json::Value json = ToJson(route);
    if (ended) {
      json["report"]["address"] = ended->address;
      json["report"]["outcome"] = std::string(OutcomeText(ended->outcome));
      json["report"]["microseconds"] = client::ReportedLatency(ended->latency);
    }
    PrintJson(output, json);
    return;
  }
  output.out << RouteTable(route);
  if (ended)
    output.out << fmt::format("reported: a call to {} ended {}\n", ended->address,
                              OutcomeText(ended->outcome));
}

}  // namespace

Result<void> RouteOverUdp(const client::Options& options, const client::ObjectKey& key, bool report,
                          const Output& output) {
  TRY(const wire::ObjectKey on_wire, client::OnWire(key));
  std::optional<wire::Secret> secret;
  if (!options.secret_file.empty()) { TRY(secret, wire::ReadSecretFile(options.secret_file)); }
  client::UdpLookup lookup({options.trackers, secret});
  TRY(const client::UdpRoute route, lookup.Find(on_wire));
  std::optional<Ended> ended;
  if (report) {
    ended = CallStorage(route.addresses.front(), on_wire, options, secret);
    TRY(const wire::Report told, ReportOf(route.group, *ended));
    lookup.Report(told);
  }
  Print(route, ended, output);
  if (ended && ended->outcome == wire::CallOutcome::kFailed)
    return Error(Code::kUnavailable, ended->problem);
  return {};
}

}  // namespace yundisk::cli
