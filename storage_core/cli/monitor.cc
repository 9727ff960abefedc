#include "storage_core/cli/monitor.h"

#include <algorithm>
#include <future>
#include <thread>

#include "common/base/clock.h"
#include "common/protocol/commands.h"

namespace yundisk::cli {
namespace {

// Clears the screen, and goes to its corner.
constexpr std::string_view kClear = "\x1b[2J\x1b[H";

std::vector<std::pair<std::string, std::string>> ParseStatistics(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> values;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t tab = line.find('\t');
    if (tab != line.npos) values.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  return values;
}

void Probe(const DaemonCaller& daemons, DaemonProbe& probe) {
  const auto time = daemons.Ping(probe.service, probe.address);
  if (!time) {
    probe.problem = time.error().message();
    return;
  }
  probe.answered_in = *time;
  if (probe.service != wire::Service::kStorage) return;
  const auto statistics = daemons.Call(probe.service, probe.address, wire::Statistics{});
  if (statistics) probe.statistics = ParseStatistics(statistics->lines.text);
}

void ProbeAll(const DaemonCaller& daemons, std::vector<DaemonProbe>& probes) {
  std::vector<std::future<void>> running;
  running.reserve(probes.size());
  for (DaemonProbe& probe : probes)
    running.push_back(std::async(std::launch::async, [&] { Probe(daemons, probe); }));
  for (std::future<void>& one : running) one.get();
}

Result<GroupList> AskForList(const DaemonCaller& daemons) {
  TRY(const wire::Groups groups, daemons.AskTrackers(wire::GroupList{}));
  return ParseGroupList(groups.lines.text);
}

std::string AnswerText(const DaemonProbe& probe) {
  if (!probe.answered_in) return probe.problem;
  return fmt::format("ok, {:.1f} ms", static_cast<double>(probe.answered_in->count()) / 1000);
}

std::string ProbeTable(const std::vector<DaemonProbe>& probes) {
  std::vector<std::vector<std::string>> rows{{"DAEMON", "NODE", "ADDRESS", "ANSWERS"}};
  for (const DaemonProbe& probe : probes)
    rows.push_back({std::string(wire::ServiceName(probe.service)),
                    probe.node.empty() ? "-" : probe.node, probe.address, AnswerText(probe)});
  return Table(rows);
}

Json::Value ToJson(const std::vector<DaemonProbe>& probes) {
  Json::Value json = Json::arrayValue;
  for (const DaemonProbe& probe : probes) {
    Json::Value& to = json.append(Json::objectValue);
    to["daemon"] = std::string(wire::ServiceName(probe.service));
    to["address"] = probe.address;
    to["answers"] = probe.answered_in.has_value();
    if (!probe.node.empty()) to["node"] = probe.node;
    if (probe.answered_in)
      to["microseconds"] = static_cast<Json::Int64>(probe.answered_in->count());
    else
      to["problem"] = probe.problem;
    for (const auto& [name, value] : probe.statistics) to["statistics"][name] = value;
  }
  return json;
}

Result<void> Verdict(const std::vector<DaemonProbe>& probes) {
  const auto silent = std::ranges::count_if(
      probes, [](const DaemonProbe& probe) { return !probe.answered_in.has_value(); });
  if (silent == 0) return {};
  return Error::Make(Code::kUnavailable, "{} of {} daemons do not answer", silent, probes.size());
}

}  // namespace

Snapshot LookAtCluster(const DaemonCaller& daemons, const client::Options& options) {
  Snapshot snapshot;
  snapshot.time_s = SecondsSince1970(SystemClock().Now());
  for (const std::string& address : options.trackers)
    snapshot.daemons.push_back({wire::Service::kTracker, "", address});
  for (const std::string& address : options.id_servers)
    snapshot.daemons.push_back({wire::Service::kIdServer, "", address});
  if (auto list = AskForList(daemons); list)
    snapshot.list = *std::move(list);
  else
    snapshot.list_problem = list.error().message();
  for (const StorageLine& node : snapshot.list.storages)
    snapshot.daemons.push_back(
        {wire::Service::kStorage, fmt::format("{}/{}", node.group, node.name), node.address});
  ProbeAll(daemons, snapshot.daemons);
  return snapshot;
}

std::string SnapshotText(const Snapshot& snapshot) {
  std::string text = fmt::format("yundisk cluster, {}\n\n{}\n", TimeText(snapshot.time_s),
                                 ProbeTable(snapshot.daemons));
  if (!snapshot.list_problem.empty()) return text + snapshot.list_problem + '\n';
  return text + GroupTable(snapshot.list) + '\n' + NodeTable(snapshot.list, snapshot.time_s);
}

Json::Value ToJson(const Snapshot& snapshot) {
  Json::Value json = ToJson(snapshot.list, snapshot.time_s);
  json["time"] = TimeText(snapshot.time_s);
  json["daemons"] = ToJson(snapshot.daemons);
  if (!snapshot.list_problem.empty()) json["problem"] = snapshot.list_problem;
  return json;
}

Result<void> Monitor(const DaemonCaller& daemons, const client::Options& options,
                     const MonitorOptions& how, const Output& output) {
  while (true) {
    const Snapshot snapshot = LookAtCluster(daemons, options);
    if (output.json) {
      PrintJson(output, ToJson(snapshot));
    } else {
      output.out << (how.clear_screen ? kClear : "") << SnapshotText(snapshot) << std::flush;
    }
    if (how.once) return Verdict(snapshot.daemons);
    std::this_thread::sleep_for(how.interval);
  }
}

Result<void> Ping(const DaemonCaller& daemons, const client::Options& options,
                  const Output& output) {
  const Snapshot snapshot = LookAtCluster(daemons, options);
  if (output.json)
    PrintJson(output, ToJson(snapshot.daemons));
  else
    output.out << ProbeTable(snapshot.daemons);
  return Verdict(snapshot.daemons);
}

}  // namespace yundisk::cli
