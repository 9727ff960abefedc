#include "storage_core/client/known_services.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/protocol/messages.h"

namespace yundisk::client {
namespace {

void AddOnce(std::vector<std::string>& list, const std::string& address) {
  if (std::ranges::find(list, address) == list.end()) list.push_back(address);
}

}  // namespace

std::vector<ServiceHost> ParseServices(std::string_view lines) {
  std::vector<ServiceHost> services;
  for (const std::string_view line : Split(lines, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields[0] != "service" || fields.size() < 5) continue;
    const auto number = ParseNumber<std::uint32_t>(fields[1]);
    const auto weight = ParseNumber<std::uint32_t>(fields[4]);
    if (number && weight)
      services.push_back({*number, std::string(fields[2]), std::string(fields[3]), *weight});
  }
  return services;
}

KnownServices::KnownServices(std::vector<std::string> trackers, std::vector<std::string> id_servers)
    : configured_{std::move(trackers), std::move(id_servers)}, known_(configured_) {}

std::vector<std::string> KnownServices::trackers() const { return known_.Lock()->trackers; }
std::vector<std::string> KnownServices::id_servers() const { return known_.Lock()->id_servers; }

void KnownServices::Learn(std::string_view lines) {
  Lists lists = configured_;
  bool tells_trackers = false;
  for (const ServiceHost& host : ParseServices(lines)) {
    tells_trackers |= host.number == wire::kTrackerNumber;
    if (host.number == wire::kTrackerNumber) AddOnce(lists.trackers, host.address);
    if (host.number == wire::kIdServerNumber) AddOnce(lists.id_servers, host.address);
  }
  if (!tells_trackers) return;
  const auto known = known_.Lock();
  if (known->trackers == lists.trackers && known->id_servers == lists.id_servers) return;
  LogInfo("there are {} trackers and {} ID servers now", lists.trackers.size(),
          lists.id_servers.size());
  *known = std::move(lists);
}

}  // namespace yundisk::client
