#include "storage_core/client/locator.h"

#include <optional>
#include <utility>

#include "common/protocol/address.h"

namespace yundisk::client {
namespace {

// Above this many remembered answers the memory starts again from none.
constexpr std::size_t kMaxAnswers = 10000;

// Objects that name their group share an answer; others share their owner's route. The order of the
// addresses is that of the bucket.
std::string NameOf(const wire::ObjectKey& key) {
  const std::string_view group = wire::GroupOfFileId(key.file_id.view());
  return fmt::format("find\n{}\n{}\n{}\n{}", group, key.application.view(), key.user.view(),
                     wire::AffinityBucket(key.file_id.view()));
}

// What the names of all buckets have in common.
std::string_view WithoutBucket(std::string_view name) { return name.substr(0, name.rfind('\n')); }

}  // namespace

Result<std::optional<wire::PlaceRegion>> RegionOnWire(const std::string& name) {
  if (name.empty()) return std::optional<wire::PlaceRegion>();
  const auto text = wire::TextZ<32>::From(name);
  if (!text) return Error::Make(Code::kBadRequest, "region '{}': {}", name, text.error().message());
  return std::optional(wire::PlaceRegion{*text});
}

Locator::Locator(ConnectionPool& pool, const Clock& clock, const KnownServices& services,
                 std::string region, std::chrono::milliseconds keep_for)
    : pool_(pool),
      clock_(clock),
      services_(services),
      region_(std::move(region)),
      keep_for_(keep_for) {}

template <typename Call>
auto Locator::AskTrackers(Call&& call) -> decltype(call(std::declval<Connection&>())) {
  std::optional<Error> last;
  for (const Attempt& tracker : pool_.Attempts(services_.trackers(), Pace::kPrompt)) {
    auto answer = pool_.Run(tracker, wire::Service::kTracker, call, [] { return true; });
    if (answer || answer.error().code() != Code::kUnavailable) return answer;
    last = answer.error();
  }
  return last.value_or(Error(Code::kUnavailable, "no tracker is configured"));
}

Result<Place> Locator::Find(const wire::ObjectKey& key) {
  const auto ask = [&key](Connection& tracker) { return tracker.Call(wire::Addresses{key}); };
  const std::string name = NameOf(key);
  return Cached(name, WithoutBucket(name), ask);
}

Result<Place> Locator::ForNew(const wire::Text<16>& application, const wire::Text<256>& user,
                              std::uint64_t size_bytes) {
  TRY(const auto region, RegionOnWire(region_));
  // Large content deserves a fresh look at the free space; small content shares the answer.
  constexpr std::uint64_t kSharedBelow = std::uint64_t{1} << 20U;
  const auto ask = [&](Connection& tracker) {
    return tracker.Call(wire::Place{application, user, size_bytes, region});
  };
  const bool shared = size_bytes < kSharedBelow;
  const std::string name =
      fmt::format("{}\n{}\n{}", shared ? "new" : "new large", application.view(), user.view());
  return Cached(name, name, ask);
}

Result<std::string> Locator::GroupList() {
  TRY(wire::Groups groups,
      AskTrackers([](Connection& tracker) { return tracker.Call(wire::GroupList{}); }));
  return std::move(groups.lines.text);
}

Result<std::string> Locator::Services() {
  TRY(wire::ServiceLines services,
      AskTrackers([](Connection& tracker) { return tracker.Call(wire::Services{}); }));
  return std::move(services.lines.text);
}

Result<Place> Locator::Cached(std::string_view name, std::string_view spare, const Ask& ask) {
  std::optional<Place> stale;
  {
    auto answers = answers_.Lock();
    const auto found = answers->find(name);
    const SteadyTime now = clock_.Steady();
    if (found != answers->end()) {
      if (now < found->second.fresh_until) return found->second.place;
      stale = found->second.place;
      // One thread asks again; the others use what there is meanwhile.
      found->second.fresh_until = now + keep_for_;
    } else if (const auto other = answers->find(spare); other != answers->end()) {
      stale = other->second.place;
    }
  }
  const Result<wire::Location> location = AskTrackers(ask);
  if (!location && stale && location.error().code() == Code::kUnavailable) return *stale;
  if (!location) return location.error();
  TRY(auto addresses, wire::ParseAddresses(location->addresses.view()));
  Place place{location->group.str(), std::move(addresses)};
  auto answers = answers_.Lock();
  if (answers->size() >= kMaxAnswers) answers->clear();
  const SteadyTime fresh_until = clock_.Steady() + keep_for_;
  if (spare != name) answers->insert_or_assign(std::string(spare), Answer{place, fresh_until});
  answers->insert_or_assign(std::string(name), Answer{place, fresh_until});
  return place;
}

}  // namespace yundisk::client
