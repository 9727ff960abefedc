#include "storage_core/tracker/choice.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "common/protocol/messages.h"

namespace yundisk::tracker {
namespace {

// FNV-1a: the same on every tracker, whatever its build.
std::uint64_t Hash(std::string_view first, std::string_view second) {
  constexpr std::uint64_t kOffset = 0xCBF29CE484222325;
  constexpr std::uint64_t kPrime = 0x100000001B3;
  std::uint64_t hash = kOffset;
  for (const std::string_view text : {first, second})
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

// What a group may take: as much as its fullest ACTIVE storage.
struct Candidate {
  std::string group;
  std::size_t storages = 0;
  std::size_t active = 0;
  std::uint64_t free_bytes = std::numeric_limits<std::uint64_t>::max();
  bool free_known = true;

  bool complete() const { return active == storages; }
};

std::vector<Candidate> Candidates(const Registry& registry) {
  std::map<std::string, Candidate, std::less<>> groups;
  for (const auto& [name, node] : registry.nodes()) {
    Candidate& group = groups.try_emplace(name.group, Candidate{name.group}).first->second;
    ++group.storages;
    if (node.state != NodeState::kActive) continue;
    ++group.active;
    if (node.statistics)
      group.free_bytes = std::min(group.free_bytes, node.statistics->free_bytes);
    else
      group.free_known = false;
  }
  std::vector<Candidate> candidates;
  for (auto& [name, group] : groups)
    if (group.active > 0) candidates.push_back(std::move(group));
  return candidates;
}

// Keeps those for which `wanted` holds, unless that leaves nobody.
template <typename Wanted>
void Prefer(std::vector<Candidate>& candidates, Wanted wanted) {
  const auto rest = std::stable_partition(candidates.begin(), candidates.end(), wanted);
  if (rest != candidates.begin()) candidates.erase(rest, candidates.end());
}

const Candidate& ByChance(const std::vector<Candidate>& candidates, Random& random) {
  // In MiB and at least one, so that the sum cannot overflow and everybody has a chance.
  constexpr unsigned kMebibyteShift = 20;
  const auto weight = [](const Candidate& c) {
    return c.free_known ? (c.free_bytes >> kMebibyteShift) + 1 : 1;
  };
  std::uint64_t sum = 0;
  for (const Candidate& candidate : candidates) sum += weight(candidate);
  std::uint64_t drawn = random.Next() % sum;
  for (const Candidate& candidate : candidates) {
    if (drawn < weight(candidate)) return candidate;
    drawn -= weight(candidate);
  }
  return candidates.back();
}

}  // namespace

std::vector<std::string> ActiveAddresses(const Registry& registry, std::string_view group,
                                         std::string_view affinity) {
  std::vector<std::pair<std::uint64_t, std::string>> ranked;
  const NodeName first{std::string(group), ""};
  for (auto place = registry.nodes().lower_bound(first);
       place != registry.nodes().end() && place->first.group == group; ++place)
    if (place->second.state == NodeState::kActive)
      ranked.emplace_back(Hash(affinity, place->first.host), place->second.address);
  std::ranges::sort(ranked);
  std::vector<std::string> addresses;
  for (auto& [rank, address] : ranked)
    if (addresses.size() < wire::kMaxAddresses) addresses.push_back(std::move(address));
  return addresses;
}

Result<std::string> ChooseGroup(const Registry& registry, std::uint64_t size_bytes,
                                Random& random) {
  std::vector<Candidate> candidates = Candidates(registry);
  if (candidates.empty())
    return Error::Make(Code::kUnavailable, "placing {} bytes: no storage is active", size_bytes);
  std::erase_if(candidates, [size_bytes](const Candidate& candidate) {
    return candidate.free_bytes < size_bytes;
  });
  if (candidates.empty())
    return Error::Make(Code::kNoSpace, "placing {} bytes: no group has room", size_bytes);
  Prefer(candidates, std::mem_fn(&Candidate::complete));
  Prefer(candidates, [](const Candidate& candidate) { return candidate.free_known; });
  return ByChance(candidates, random).group;
}

}  // namespace yundisk::tracker
