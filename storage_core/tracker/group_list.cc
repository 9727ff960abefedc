#include "storage_core/tracker/group_list.h"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace yundisk::tracker {
namespace {

void AppendNode(std::string& text, const std::string& host, const Node& node) {
  fmt::format_to(std::back_inserter(text), "storage\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t",
                 node.version.empty() ? "-" : node.version, host, node.address, node.start_time_s,
                 node.join_time_s, node.beat_time_s, static_cast<int>(node.state));
  if (node.statistics)
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}", node.statistics->free_bytes,
                   node.statistics->used_bytes, node.statistics->requests_in_flight);
  else
    text += "-\t-\t-";
  text += node.draining ? "\tdraining" : "\tactive";
  text += node.out ? "\tout" : "\toffered";
  if (node.statistics && node.statistics->lag)
    fmt::format_to(std::back_inserter(text), "\t{}\t{}\n", node.statistics->lag->changes,
                   node.statistics->lag->seconds);
  else
    text += "\t-\t-\n";
}

}  // namespace

std::string GroupListText(const Registry& registry, std::string_view group) {
  const auto groups = registry.Groups();
  const std::size_t told = group.empty() ? groups.size() : groups.count(group);
  std::string text = fmt::format("groups\t{}\n", told);
  std::string_view current;
  for (auto place = registry.nodes().lower_bound({std::string(group), ""});
       place != registry.nodes().end(); ++place) {
    const auto& [name, node] = *place;
    if (!group.empty() && name.group != group) break;
    if (name.group != current) {
      current = name.group;
      const GroupHealth& health = groups.find(name.group)->second;
      fmt::format_to(std::back_inserter(text), "group\t{}\t{}\t{}\n", name.group, health.storages,
                     health.active);
    }
    AppendNode(text, name.host, node);
  }
  return text;
}

std::string WatchedText(const Registry& registry, std::string_view group) {
  std::string text = GroupListText(registry, group);
  for (const auto& [name, started] : registry.removed())
    if (group.empty() || name.group == group)
      fmt::format_to(std::back_inserter(text), "removed\t{}\t{}\n", name.group, name.host);
  return text;
}

}  // namespace yundisk::tracker
