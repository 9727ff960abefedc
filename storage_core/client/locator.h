// Asks the trackers where objects live and where new ones go, and remembers the answers for a
// moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/guarded.h"
#include "common/base/result.h"
#include "common/protocol/messages.h"
#include "storage_core/client/connection_pool.h"
#include "storage_core/client/known_services.h"

namespace yundisk::client {

struct Place {
  std::string group;
  std::vector<std::string> addresses;  // "ip:port", best first, never empty
};

// An empty name means anywhere; kBadRequest when it is too long.
Result<std::optional<wire::PlaceRegion>> RegionOnWire(const std::string& name);

// Thread-safe. Borrows all. New content goes to `region` if it has room. While no tracker answers,
// the last answer goes on being used.
class Locator {
 public:
  Locator(ConnectionPool& pool, const Clock& clock, const KnownServices& services,
          std::string region, std::chrono::milliseconds keep_for);

  Result<Place> Find(const wire::ObjectKey& key);
  Result<Place> ForNew(const wire::Text<16>& application, const wire::Text<256>& user,
                       std::uint64_t size_bytes);
  Result<std::string> GroupList();
  // The lines of command 19.
  Result<std::string> Services();

 private:
  struct Answer {
    Place place;
    SteadyTime fresh_until;
  };
  using Answers = std::map<std::string, Answer, std::less<>>;
  using Ask = std::function<Result<wire::Location>(Connection&)>;

  // `spare`: the name of an answer that will do while no tracker answers.
  Result<Place> Cached(std::string_view name, std::string_view spare, const Ask& ask);
  // The first tracker that answers; the last error when none does.
  template <typename Call>
  auto AskTrackers(Call&& call) -> decltype(call(std::declval<Connection&>()));

  ConnectionPool& pool_;
  const Clock& clock_;
  const KnownServices& services_;
  std::string region_;
  std::chrono::milliseconds keep_for_;
  Guarded<Answers> answers_;
};

}  // namespace yundisk::client
