// yundisk-cli: the storage core from the command line.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "common/base/config.h"
#include "common/base/log.h"
#include "common/base/shared_config.h"
#include "storage_core/cli/bench.h"
#include "storage_core/cli/commands.h"
#include "storage_core/cli/members.h"
#include "storage_core/cli/monitor.h"
#include "storage_core/cli/repair.h"
#include "storage_core/cli/udp_route.h"
#include "storage_core/cli/url.h"
#include "storage_core/cli/verify.h"
#include "storage_core/client/config.h"

namespace yundisk::cli {
namespace {

struct Arguments {
  std::string config_file;
  client::Options connection;
  bool json = false;
  client::ObjectKey key{"cli", "cli", ""};
  std::string file;
  DownloadRange range;
  bool over_udp = false;
  bool report = false;
  std::string id_key;
  std::string node;
  bool reread = false;
  RepairWish repair;
  bool repair_all = false;
  UrlWish url;
  std::uint32_t id_count = 1;
  std::uint64_t size_bytes = 0;
  BenchOptions bench;
  std::uint64_t bench_seconds = 5;
  MonitorOptions monitor;
  std::uint64_t monitor_seconds = 2;
};

constexpr std::uint32_t kMaxIds = 1'000'000;
constexpr std::uint32_t kBenchIdBlock = 1024;

using Command = std::function<Result<void>(client::Cluster&, const Output&)>;

// CLI11 would wrap a negative number around.
std::string NotNegative(const std::string& text) {
  return text.starts_with('-') ? fmt::format("{} is negative", text) : std::string();
}

void AddConnectionOptions(CLI::App& app, Arguments& arguments) {
  app.add_option("--config", arguments.config_file,
                 "Read addresses and secret from this yundisk.toml")
      ->envname("YUNDISK_CONFIG");
  app.add_option("--tracker", arguments.connection.trackers,
                 "A tracker, host:port (repeat for more)");
  app.add_option("--id-server", arguments.connection.id_servers, "An ID server, host:port");
  app.add_option("--secret-file", arguments.connection.secret_file,
                 "The cluster's secret (64 hex digits)");
  app.add_option("--region", arguments.connection.region, "Where new content is wanted");
  app.add_option("--application", arguments.key.application, "Application id")
      ->capture_default_str();
  app.add_option("--user", arguments.key.user, "User id")->capture_default_str();
  app.add_flag("--json", arguments.json, "Print one JSON value");
}

void AddObjectCommands(CLI::App& app, Arguments& arguments, Command& command) {
  auto* upload = app.add_subcommand("upload", "Store a file and print its id");
  upload->add_option("file", arguments.file, "The file")->required();
  upload->add_option("--id", arguments.key.file_id, "The id; without it a fresh one");
  upload->callback([&] {
    command = [&](auto& cluster, auto& out) {
      return Upload(cluster, arguments.key, arguments.file, out);
    };
  });

  auto* download = app.add_subcommand("download", "Fetch an object, or a range of it");
  download->add_option("id", arguments.key.file_id, "The id")->required();
  download->add_option("file", arguments.file, "Where to; - is standard output")->required();
  download->add_option("--offset", arguments.range.offset, "First byte")
      ->check(NotNegative)
      ->capture_default_str();
  download->add_option("--size", arguments.range.size_bytes, "Bytes; 0 is to the end")
      ->check(NotNegative)
      ->capture_default_str();
  download->callback([&] {
    command = [&](auto& cluster, auto& out) {
      return Download(cluster, arguments.key, arguments.range, arguments.file, out);
    };
  });

  const auto add = [&](const char* name, const char* help, auto function) {
    auto* sub = app.add_subcommand(name, help);
    sub->add_option("id", arguments.key.file_id, "The id")->required();
    sub->callback([&command, &arguments, function] {
      command = [&arguments, function](auto& cluster, auto& out) {
        return function(cluster, arguments.key, out);
      };
    });
  };
  add("delete", "Delete an object for good", Delete);
}

void AddRouteCommand(CLI::App& app, Arguments& arguments, Command& command) {
  auto* route = app.add_subcommand("route", "Tell which storages hold, or would hold, an object");
  route->add_option("id", arguments.key.file_id, "The id")->required();
  auto* udp =
      route->add_flag("--udp", arguments.over_udp,
                      "Ask over UDP, one packet each way; the answer has other services too");
  route
      ->add_flag("--report", arguments.report,
                 "Call the first storage, and tell the trackers how that ended")
      ->needs(udp);
  route->callback([&] {
    command = [&](auto& cluster, auto& out) {
      return arguments.over_udp
                 ? RouteOverUdp(arguments.connection, arguments.key, arguments.report, out)
                 : Route(cluster, arguments.key, out);
    };
  });
}

// "4096", "64K", "1MiB"; K is 1024.
CLI::App* AddWithSize(CLI::App& app, const char* name, const char* help, const char* option,
                      std::uint64_t& size_bytes) {
  auto* sub = app.add_subcommand(name, help);
  sub->add_option(option, size_bytes, "Bytes, or 64K, 1M, 2G")
      ->check(NotNegative)
      ->transform(CLI::AsSizeValue(false));
  return sub;
}

void AddClusterCommands(CLI::App& app, Arguments& arguments, Command& command) {
  app.add_subcommand("groups", "List the groups")->callback([&] { command = Groups; });
  app.add_subcommand("nodes", "List the storages and their states")->callback([&] {
    command = Nodes;
  });
  auto* id = app.add_subcommand("id", "Draw unique ids");
  id->add_option("key", arguments.id_key, "What the ids are for, at most 64 bytes")->required();
  id->add_option("--count", arguments.id_count, "How many")
      ->check(CLI::Range(std::uint32_t{1}, kMaxIds))
      ->capture_default_str();
  id->callback([&] {
    arguments.connection.id_block = std::min(arguments.id_count, wire::kMaxIdsAtOnce);
    command = [&](auto& cluster, auto& out) {
      return DrawIds(cluster, arguments.id_key, arguments.id_count, out);
    };
  });
  auto* bench = AddWithSize(app, "bench", "Upload and download for a while, and tell how fast",
                            "--size", arguments.bench.size_bytes);
  bench->add_option("--connections", arguments.bench.connections, "At the same time")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->capture_default_str();
  bench->add_option("--seconds", arguments.bench_seconds, "For each of the two")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  bench->callback([&] {
    arguments.bench.duration = std::chrono::seconds(arguments.bench_seconds);
    arguments.connection.connections_per_address = arguments.bench.connections;
    arguments.connection.id_block = kBenchIdBlock;
    command = [&](auto& cluster, auto& out) {
      return Bench(cluster, arguments.key, arguments.bench, out);
    };
  });
}

// Commands that ask single daemons.
void AddOperatorCommands(CLI::App& app, Arguments& arguments, Command& command) {
  const auto run = [&](CLI::App* sub, auto function) {
    sub->callback([&command, &arguments, function] {
      command = [&arguments, function](client::Cluster&, const Output& out) -> Result<void> {
        TRY(const DaemonCaller daemons, DaemonCaller::Make(arguments.connection));
        return function(daemons, arguments, out);
      };
    });
  };
  const auto add_member_command = [&](const char* name, const char* help,
                                      wire::MemberAction action) {
    auto* sub = app.add_subcommand(name, help);
    sub->add_option("node", arguments.node, "Group and node, such as 1/1a")->required();
    run(sub, [action](const DaemonCaller& daemons, const Arguments& a, const Output& out) {
      return SetMember(daemons, a.node, action, out);
    });
  };
  add_member_command("drain", "Give a storage nothing new", wire::MemberAction::kDrain);
  add_member_command("activate", "Take a drained storage back", wire::MemberAction::kActivate);
  add_member_command("remove", "Forget a storage that is drained or away",
                     wire::MemberAction::kRemove);
  auto* place = AddWithSize(app, "place", "Tell where a new object would go now", "size",
                            arguments.size_bytes);
  place->get_option("size")->required();
  run(place, [](const DaemonCaller& daemons, const Arguments& a, const Output& out) {
    return Place(daemons, a.key, a.size_bytes, a.connection.region, out);
  });
  run(app.add_subcommand("ping", "Tell which daemons answer, and how fast"),
      [](const DaemonCaller& daemons, const Arguments& a, const Output& out) {
        return Ping(daemons, a.connection, out);
      });
  auto* monitor = app.add_subcommand("monitor", "Show the cluster, again and again");
  monitor->add_flag("--once", arguments.monitor.once, "Show it once");
  monitor->add_option("--interval", arguments.monitor_seconds, "Seconds between two looks")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  run(monitor, [](const DaemonCaller& daemons, const Arguments& a, const Output& out) {
    MonitorOptions how = a.monitor;
    how.interval = std::chrono::seconds(a.monitor_seconds);
    how.clear_screen = !how.once && ::isatty(STDOUT_FILENO) == 1;
    return Monitor(daemons, a.connection, how, out);
  });
}

// Commands about the copies of objects on the members of a group.
void AddCopyCommands(CLI::App& app, Arguments& arguments, Command& command) {
  const auto run = [&](CLI::App* sub, auto function) {
    sub->callback([&command, &arguments, function] {
      command = [&arguments, function](client::Cluster& cluster,
                                       const Output& out) -> Result<void> {
        TRY(const DaemonCaller daemons, DaemonCaller::Make(arguments.connection));
        return function(cluster, daemons, arguments, out);
      };
    });
  };
  auto* stat = app.add_subcommand(
      "stat", "Tell size, checksums, when it was last verified and how many healthy copies it has");
  stat->add_option("id", arguments.key.file_id, "The id")->required();
  run(stat, [](auto& cluster, const auto& daemons, const Arguments& a, const Output& out) {
    return Stat(cluster, daemons, a.key, out);
  });
  auto* verify = app.add_subcommand("verify", "Compare the copies of an object in its group");
  verify->add_option("id", arguments.key.file_id, "The id")->required();
  verify->add_flag("--reread", arguments.reread, "Have every member read its copy now");
  run(verify, [](auto&, const auto& daemons, const Arguments& a, const Output& out) {
    return Verify(daemons, a.key, a.reread, out);
  });
  auto* repair = app.add_subcommand("repair", "Bring missing or damaged copies from other members");
  auto* what = repair->add_option_group("what", "One object, one group or everything");
  auto* id = what->add_option("id", arguments.key.file_id, "The id");
  what->add_option("--group", arguments.repair.group, "Everything in this group");
  what->add_flag("--all", arguments.repair_all, "Everything in all groups");
  what->require_option(1);
  repair->add_flag("--end", arguments.repair.end, "End what runs (with --group or --all)")
      ->excludes(id);
  run(repair, [](auto&, const auto& daemons, const Arguments& a, const Output& out) {
    const bool one = a.repair.group.empty() && !a.repair_all;
    return one ? RepairObject(daemons, a.key, out) : RepairGroups(daemons, a.repair, out);
  });
}

void AddUrlCommand(CLI::App& app, Arguments& arguments, Command& command) {
  auto* url = app.add_subcommand("url", "Print signed addresses of an object, one a storage");
  url->add_option("id", arguments.key.file_id, "The id")->required();
  url->add_option("--for", arguments.url.life, "How long they hold: 90s, 15m, 1h, 7d")
      ->capture_default_str();
  url->add_option("--name", arguments.url.name, "What the file is called; decides its type");
  url->add_option("--type", arguments.url.media_type, "The media type, instead");
  url->add_flag("--attachment", arguments.url.attachment, "To be saved, not shown");
  url->add_flag("--head", arguments.url.head_only, "For HEAD only");
  url->callback([&] {
    command = [&](auto& cluster, auto& out) {
      return Urls(cluster, arguments.connection, arguments.key, arguments.url, SystemClock(), out);
    };
  });
}

// What the command line says beats what the file says.
Result<void> ReadConfig(const CLI::App& app, Arguments& arguments) {
  if (arguments.config_file.empty()) return {};
  TRY(const ConfigFile file, ConfigFile::Read(arguments.config_file));
  TRY(const ClusterConfig cluster, file.Load<ClusterConfig>());
  const client::Options configured = client::OptionsFrom(cluster);
  if (app.count("--tracker") == 0) arguments.connection.trackers = configured.trackers;
  if (app.count("--id-server") == 0) arguments.connection.id_servers = configured.id_servers;
  if (app.count("--region") == 0) arguments.connection.region = configured.region;
  if (app.count("--secret-file") == 0) arguments.connection.secret_file = configured.secret_file;
  return {};
}

int Fail(const Error& error) {
  fmt::print(stderr, "yundisk-cli: {}\n", error.message());
  return ExitCode(error.code());
}

int Main(int argc, char** argv) {
  constexpr int kUsage = 2;
  StartLog("yundisk-cli", LogLevel::kWarning);
  CLI::App app("The storage core of yundisk, over its binary protocol.", "yundisk-cli");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Exit codes: 0 done, 2 wrong command line, 3 no such object, 4 not available now\n"
      "(also: too few replicas, a daemon that does not answer; verify, repair: a member is away,\n"
      "the rest is healthy), 5 refused (exists, no space, wrong secret), 1 anything else (verify,\n"
      "repair: a copy is missing, differs or is damaged).");
  Arguments arguments;
  Command command;
  // One command, one id: no blocks are drawn ahead.
  arguments.connection.id_block = 1;
  AddConnectionOptions(app, arguments);
  AddObjectCommands(app, arguments, command);
  AddRouteCommand(app, arguments, command);
  AddClusterCommands(app, arguments, command);
  AddUrlCommand(app, arguments, command);
  AddCopyCommands(app, arguments, command);
  AddOperatorCommands(app, arguments, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return app.exit(error) == 0 ? 0 : kUsage; }
  if (auto read = ReadConfig(app, arguments); !read) return Fail(read.error());
  client::Cluster cluster(arguments.connection);
  const Output output{std::cout, arguments.json};
  const auto done = command(cluster, output);
  std::cout.flush();  // what was printed comes before why it failed
  if (!done) return Fail(done.error());
  return 0;
}

}  // namespace
}  // namespace yundisk::cli

int main(int argc, char** argv) { return yundisk::cli::Main(argc, argv); }
