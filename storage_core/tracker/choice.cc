#include "storage_core/tracker/choice.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <limits>
#include <utility>

#include "common/protocol/address.h"
#include "common/protocol/messages.h"

namespace yundisk::tracker {
namespace {

// Of some ACTIVE storages of a group.
struct Load {
  std::size_t active = 0;
  std::uint64_t free_bytes = std::numeric_limits<std::uint64_t>::max();  // of the fullest
  bool free_known = true;
  std::uint32_t requests_in_flight = 0;  // of the busiest

  void Add(const Node& node) {
    ++active;
    free_known = free_known && node.statistics.has_value();
    if (!node.statistics) return;
    free_bytes = std::min(free_bytes, node.statistics->free_bytes);
    requests_in_flight = std::max(requests_in_flight, node.statistics->requests_in_flight);
  }
};

// What a group may take. Draining storages do not count; those that are out only where there are
// no others.
struct Candidate {
  std::string group;
  GroupRow row;
  std::size_t storages = 0;
  Load offered{};
  Load out{};

  const Load& load() const { return is_offered() ? offered : out; }
  bool is_offered() const { return offered.active > 0; }
  bool complete() const { return offered.active == storages; }
  bool free_known() const { return load().free_known; }
  // Above what is to be left free.
  std::uint64_t room_bytes() const {
    return load().free_bytes - std::min(load().free_bytes, row.reserve_bytes);
  }
};

void Add(Candidate& group, const Node& node) {
  if (node.draining) return;
  ++group.storages;
  if (node.state == NodeState::kActive) (node.out ? group.out : group.offered).Add(node);
}

std::vector<Candidate> Candidates(const Registry& registry, const Directory& directory) {
  std::vector<Candidate> candidates;
  for (const auto& [name, node] : registry.nodes()) {
    if (candidates.empty() || candidates.back().group != name.group)
      candidates.push_back({name.group, directory.GroupOf(name.group)});
    Add(candidates.back(), node);
  }
  std::erase_if(candidates, [](const Candidate& group) { return group.load().active == 0; });
  return candidates;
}

// Keeps those for which `wanted` holds, unless that leaves nobody.
template <typename Wanted>
void Prefer(std::vector<Candidate>& candidates, Wanted wanted) {
  const auto rest = std::stable_partition(candidates.begin(), candidates.end(), wanted);
  if (rest != candidates.begin()) candidates.erase(rest, candidates.end());
}

std::uint64_t Weight(const Candidate& group) {
  // In MiB and at least one, so that the sum cannot overflow and everybody has a chance.
  constexpr unsigned kMebibyteShift = 20;
  // A storage with so many requests in flight gets half of what an idle one gets.
  constexpr std::uint64_t kHalfLoad = 64;
  if (!group.free_known()) return 1;
  const std::uint64_t room = group.room_bytes() >> kMebibyteShift;
  return room * kHalfLoad / (kHalfLoad + group.load().requests_in_flight) + 1;
}

const Candidate& ByChance(const std::vector<Candidate>& candidates, Random& random) {
  std::uint64_t sum = 0;
  for (const Candidate& candidate : candidates) sum += Weight(candidate);
  std::uint64_t drawn = random.Next() % sum;
  for (const Candidate& candidate : candidates) {
    if (drawn < Weight(candidate)) return candidate;
    drawn -= Weight(candidate);
  }
  return candidates.back();
}

// How gladly a storage is offered; lower is better.
enum class Level : std::uint8_t { kGood, kBusy, kDraining, kOut };

Level LevelOf(const Node& node, std::uint32_t max_in_flight) {
  if (node.out) return Level::kOut;
  if (node.draining) return Level::kDraining;
  const bool busy =
      max_in_flight > 0 && node.statistics && node.statistics->requests_in_flight >= max_in_flight;
  return busy ? Level::kBusy : Level::kGood;
}

struct Rank {
  Level level;
  std::uint64_t hash;
  std::string address;

  auto operator<=>(const Rank&) const = default;
};

}  // namespace

std::vector<std::string> Choice::Addresses(std::string_view group, std::string_view file_id) const {
  return Ranked(group, file_id, Wanted::kReading);
}

std::vector<std::string> Choice::AddressesForNew(std::string_view group,
                                                 std::string_view file_id) const {
  return Ranked(group, file_id, Wanted::kNew);
}

std::vector<std::string> Choice::Ranked(std::string_view group, std::string_view file_id,
                                        Wanted wanted) const {
  const std::string bucket = std::to_string(wire::AffinityBucket(file_id)) + '/';
  std::vector<Rank> ranked;
  const auto& nodes = registry_->nodes();
  for (auto place = nodes.lower_bound({std::string(group), ""});
       place != nodes.end() && place->first.group == group; ++place) {
    const auto& [name, node] = *place;
    if (node.state != NodeState::kActive) continue;
    const Level level = LevelOf(node, rules_.max_in_flight_per_storage);
    if (node.draining && wanted == Wanted::kNew) continue;
    ranked.push_back({level, wire::AffinityHash(bucket, name.host), node.address});
  }
  std::ranges::sort(ranked);
  std::vector<std::string> addresses;
  for (Rank& rank : ranked) {
    if (addresses.size() == wire::kMaxAddresses) break;
    if (rank.level == Level::kOut && !addresses.empty()) break;
    addresses.push_back(std::move(rank.address));
  }
  return addresses;
}

Result<std::string> Choice::Group(const PlaceRequest& request, Random& random) const {
  const std::uint64_t size_bytes = request.size_bytes;
  std::vector<Candidate> candidates = Candidates(*registry_, *directory_);
  if (candidates.empty())
    return Error::Make(Code::kUnavailable, "placing {} bytes: no storage is active", size_bytes);
  std::erase_if(candidates, [size_bytes](const Candidate& candidate) {
    return candidate.room_bytes() < size_bytes;
  });
  if (candidates.empty())
    return Error::Make(Code::kNoSpace, "placing {} bytes: no group has room", size_bytes);
  Prefer(candidates, std::mem_fn(&Candidate::is_offered));
  Prefer(candidates, std::mem_fn(&Candidate::complete));
  if (!request.region.empty())
    Prefer(candidates, [&](const Candidate& c) { return c.row.region == request.region; });
  Prefer(candidates, std::mem_fn(&Candidate::free_known));
  if (!rules_.fill) return ByChance(candidates, random).group;
  Prefer(candidates, [this](const Candidate& candidate) {
    return candidate.load().free_bytes >= rules_.fill_reserve_bytes;
  });
  return candidates.front().group;
}

}  // namespace yundisk::tracker
